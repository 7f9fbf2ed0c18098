import type { Answer, Observation, Refusal, Trouble } from "#domain/job/observation.ts";
import { type AkoolAnswer, described, readAnswer } from "./answer.ts";
import { meaningOf } from "./business-codes.ts";
import type { HttpAnswer } from "./exchange.ts";
import { describeUncoded, isPage } from "./gateway.ts";
import type { AkoolVideo } from "./video.ts";

/**
 * What an answer says about the job `videoModelId`. The business `code` decides, since AKOOL's HTTP
 * status is "often 200"; a success, and a description of this very job, count whatever the HTTP status.
 * `msg` is never compared, because successes come with different texts.
 */
export function interpret(videoModelId: string, answer: HttpAnswer): Observation {
  const observation = observationOf(videoModelId, answer);
  const { retryAfterSeconds } = answer;
  return retryAfterSeconds === undefined ? observation : { ...observation, retryAfterSeconds };
}

function observationOf(id: string, http: HttpAnswer): Observation {
  const answer = readAnswer(http.body);
  if (answer === undefined) return withoutCode(http);
  const { poll } = answer.code === undefined ? UNCODED : meaningOf(answer.code);
  if (poll === "success") return onSuccess(id, http.status, answer);
  if (poll === "undocumented") {
    const video = answer.videos.find((candidate) => isOf(candidate, id));
    if (video?.status !== undefined) return { ...answerOf(video, answer), undocumented: true };
  }
  if (http.status === 429) return trouble("throttled", `HTTP 429, ${described(answer)}`);
  if (isRefusal(http.status) && poll !== "throttled")
    return accountFault(http.status, answer, poll);
  return byCode(poll, http, answer);
}

/** A description without a code counts only if it names this very job. */
const UNCODED = { poll: "undocumented" } as const;

type Poll = ReturnType<typeof meaningOf>["poll"];

function byCode(
  poll: Exclude<Poll, "success">,
  http: HttpAnswer,
  answer: AkoolAnswer,
): Observation {
  switch (poll) {
    case "not_found":
    case "rejected":
      // An answer of a gateway in front of AKOOL must not end a job.
      return http.status < 500
        ? refusal(poll, answer)
        : trouble("unavailable", `HTTP ${http.status}, ${described(answer)}`);
    case "unexpected":
      return { ...trouble("unavailable", `unexpected ${described(answer)}`), undocumented: true };
    case "undocumented":
      return { ...trouble("unavailable", `undocumented ${described(answer)}`), undocumented: true };
    default:
      return trouble(poll, described(answer));
  }
}

function accountFault(status: number, answer: AkoolAnswer, poll: Poll): Trouble {
  const fault = trouble("account_fault", `HTTP ${status}, ${described(answer)}`);
  return poll === "undocumented" ? { ...fault, undocumented: true } : fault;
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

function withoutCode(http: HttpAnswer): Trouble {
  const detail = describeUncoded(http);
  if (http.status === 429) return trouble("throttled", detail);
  // A page comes from a gateway in front of AKOOL, which knows nothing of the account.
  const ofAccount = isRefusal(http.status) && !isPage(http);
  return trouble(ofAccount ? "account_fault" : "unavailable", detail);
}

function onSuccess(id: string, status: number, answer: AkoolAnswer): Observation {
  const code =
    status >= 200 && status < 300 ? described(answer) : `HTTP ${status}, ${described(answer)}`;
  const { videos } = answer;
  const mine = videos.find((video) => isOf(video, id));
  const nameless =
    status >= 200 && status < 300 ? videos.find((video) => video.id === undefined) : undefined;
  const video = mine ?? nameless;
  if (video !== undefined) return answerOf(video, answer);
  const found = videos.some((other) => other.id !== undefined)
    ? "the data of another video"
    : "no data of a video";
  return trouble("unavailable", `${code}, with ${found}`);
}

function isOf(video: AkoolVideo, id: string): boolean {
  return video.id?.toLowerCase() === id.toLowerCase();
}

function answerOf(video: AkoolVideo, answer: AkoolAnswer): Answer {
  const common = {
    akool: video.fields,
    ...(video.createdAt === undefined ? {} : { createdAt: video.createdAt }),
  };
  switch (video.status) {
    case 1:
      return { ...common, kind: "queueing" };
    case 2:
      return { ...common, kind: "processing" };
    case 3:
      return { ...common, ...completed(video) };
    case 4:
      return { ...common, kind: "failed", reason: failReason(video, answer) };
    default:
      return { ...common, kind: "unknown_status", detail: `video_status ${video.status}` };
  }
}

/** Success without a video is none, and no failure either. Decision 0014. */
function completed({ address }: AkoolVideo) {
  if (address === undefined) return { kind: "completed_without_video" as const };
  if ("problem" in address) {
    return { kind: "completed_without_video" as const, detail: address.problem };
  }
  const { url, note } = address;
  const completed = { kind: "completed" as const, videoUrl: url };
  return note === undefined ? completed : { ...completed, detail: note };
}

/** `msg` is "OK" for a failed job too (documented). */
function failReason({ reason }: AkoolVideo, { message }: AkoolAnswer): string {
  const said = /^(ok|success|succeeded|successful|)$/i.test(message) ? undefined : message;
  return reason ?? said ?? "AKOOL gave no reason";
}

function refusal(kind: Refusal["kind"], { code = 0, message }: AkoolAnswer): Refusal {
  return { kind, code, message: message || "AKOOL gave no message" };
}

function trouble(kind: Trouble["kind"], detail: string): Trouble {
  return { kind, detail };
}

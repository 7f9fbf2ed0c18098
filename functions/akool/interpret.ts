import type { Answer, Observation, Refusal, Trouble } from "#domain/observation.ts";
import { meaningOf } from "./business-codes.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { type AkoolEnvelope, type AkoolVideo, parseEnvelope } from "./response.ts";

/**
 * What an answer says about the job `videoModelId`. The business `code` decides, since AKOOL's HTTP
 * status is "often 200"; `msg` is never compared, because successes with other texts are seen.
 */
export function interpret(videoModelId: string, answer: HttpAnswer): Observation {
  const envelope = parseEnvelope(answer.body);
  if (envelope === undefined) return withoutCode(answer.status);
  const meaning = meaningOf(envelope.code);
  switch (meaning) {
    case "success":
      return onSuccess(videoModelId, answer.status, envelope);
    case "not_found":
    case "rejected":
      return isVerdict(answer.status) ? refusal(meaning, envelope) : withoutCode(answer.status);
    case "undocumented":
      return { ...undocumented(answer.status, envelope), undocumented: true };
    default:
      return trouble(meaning, describe(envelope));
  }
}

function undocumented(status: number, envelope: AkoolEnvelope): Trouble {
  return isRefusal(status)
    ? trouble("account_fault", `HTTP ${status}, ${describe(envelope)}`)
    : trouble("unavailable", `undocumented ${describe(envelope)}`);
}

/** What a gateway in front of AKOOL says of a job must not end it. */
function isVerdict(status: number): boolean {
  return status < 500 && status !== 429 && !isRefusal(status);
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

function withoutCode(status: number): Trouble {
  if (isRefusal(status)) return trouble("account_fault", `HTTP ${status}`);
  return trouble("unavailable", `HTTP ${status} with an unreadable body`);
}

function onSuccess(id: string, status: number, { code, data }: AkoolEnvelope): Observation {
  if (status < 200 || status > 299) return trouble("unavailable", `HTTP ${status}, code ${code}`);
  if (data === undefined || data === null)
    return trouble("unavailable", `code ${code} without data`);
  if (data._id === undefined && data.video_status === undefined) {
    return trouble("unavailable", `code ${code} with data that is none`);
  }
  if (data._id !== undefined && data._id.toLowerCase() !== id.toLowerCase()) {
    return trouble("unavailable", `code ${code} with the data of another video`);
  }
  return answerOf(data);
}

function answerOf(video: AkoolVideo): Answer {
  const common = {
    akool: definedFields(video),
    ...(video.create_time === undefined ? {} : { createdAt: video.create_time }),
  };
  switch (video.video_status) {
    case 1:
      return { ...common, kind: "queueing" };
    case 2:
      return { ...common, kind: "processing" };
    case 3:
      return video.video === undefined || !URL.canParse(video.video)
        ? { ...common, kind: "completed_without_video" }
        : { ...common, kind: "completed", videoUrl: video.video };
    case 4:
      return { ...common, kind: "failed", reason: failReason(video) };
    default:
      return { ...common, kind: "unknown_status", detail: `video_status ${video.video_status}` };
  }
}

function failReason(video: AkoolVideo): string {
  return video.faceswap_fail_reason || video.error_reason || "AKOOL gave no reason";
}

function definedFields(video: AkoolVideo): Record<string, unknown> {
  return Object.fromEntries(Object.entries(video).filter(([, value]) => value !== undefined));
}

function refusal(kind: Refusal["kind"], { code, msg }: AkoolEnvelope): Refusal {
  return { kind, code, message: msg || "AKOOL gave no message" };
}

function trouble(kind: Trouble["kind"], detail: string): Trouble {
  return { kind, detail };
}

function describe({ code, msg }: AkoolEnvelope): string {
  return msg === "" ? `code ${code}` : `code ${code}: ${msg}`;
}

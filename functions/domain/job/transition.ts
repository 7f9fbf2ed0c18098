import { cutText } from "#domain/text/cut-text.ts";
import { archiveDoubtful } from "./doubtful.ts";
import type { Failure } from "./failure.ts";
import { type Job, toIso, withStatus } from "./job.ts";
import { isEnded, type JobStatus, mayFollow } from "./job-status.ts";
import { namedCompanions } from "./named-companions.ts";
import { type Answer, isAnswer, isTrouble, type Observation, type Refusal } from "./observation.ts";
import { REASON_BYTES } from "./timeline.ts";
import { followedUntil, isLossProven, lifetimeOf, withLossEvidence } from "./video-loss.ts";

/**
 * AKOOL may not know a new id for a moment, and one stray answer is no verdict: a denial ("does not
 * exist", "no permission") counts only if it is repeated after this long, with no description of
 * the job in between. Decision 0047.
 */
export const DENIAL_GRACE_MS = 60_000;

/** Bytes of UTF-8 that are kept of AKOOL's answer to the last poll. */
const DETAIL_BYTES = 2_000;

interface Verdict {
  status: JobStatus;
  failure?: Failure;
}

/**
 * The record after one poll of AKOOL. Pure: late, repeated or backward news change no status, and
 * only four things end a job here: AKOOL's verdict, its refusal, the deadline (with AKOOL's word
 * that the job is unfinished), or the end of the video's life at AKOOL.
 *
 * @param now epoch milliseconds at which the observation was made
 */
export function observe(job: Job, observation: Observation, now: number): Job {
  if (isEnded(job.status)) return job;
  const polled = recordPoll(job, observation, now);
  const seen = isLosing(polled, observation) ? withLossEvidence(polled, now) : polled;
  const verdict = judge(seen, observation, now);
  if (verdict === undefined || !mayFollow(seen.status, verdict.status)) return seen;
  return (
    archiveDoubtful(seen, verdict.status, now, verdict.failure) ??
    conclude(seen, verdict.status, now, verdict.failure)
  );
}

/** The record with a new status and, for an end without a video, its reason. */
export function conclude(job: Job, status: JobStatus, now: number, failure?: Failure): Job {
  if (failure === undefined) return withStatus(job, status, now);
  const reason = cutText(failure.reason, REASON_BYTES);
  const { code, party } = failure;
  const changed = withStatus(job, status, now, reason, { code, party });
  const next = { ...changed, failure: { ...failure, reason } };
  // A fault of our own says nothing about the video.
  return status === "archive_failed" && failure.party === "source"
    ? withLossEvidence(next, now)
    : next;
}

function recordPoll(job: Job, observation: Observation, now: number): Job {
  const { fault: _mended, notFoundSince, ...kept } = job;
  const polled: Job = {
    ...kept,
    ...denialOf(observation, notFoundSince, now),
    updatedAt: toIso(now),
    pollCount: job.pollCount + 1,
    attemptPollCount: job.attemptPollCount + 1,
    troubleCount: isTrouble(observation) ? job.troubleCount + 1 : 0,
    lastObservation: { kind: observation.kind, at: toIso(now), ...detailOf(observation) },
  };
  if (!isAnswer(observation)) return polled;
  return {
    ...polled,
    akool: { ...observation.akool },
    ...companionsIn(job, observation),
    ...lifetimeOf(job, observation, now),
  };
}

/** Only what AKOOL names at the end counts: until then its files may become others. */
function companionsIn(job: Job, { kind, akool }: Answer): Pick<Job, "companions"> {
  if (kind !== "completed" && kind !== "completed_without_video") return {};
  const companions = namedCompanions(job.companions, akool);
  return companions === undefined ? {} : { companions };
}

/** Trouble neither confirms nor ends a denial. */
function denialOf(
  observation: Observation,
  since: string | undefined,
  now: number,
): { notFoundSince?: string } {
  if (isDenial(observation)) return { notFoundSince: since ?? toIso(now) };
  return isTrouble(observation) && since !== undefined ? { notFoundSince: since } : {};
}

function isDenial({ kind }: Observation): boolean {
  return kind === "not_found" || kind === "rejected";
}

function detailOf(observation: Observation): { detail?: string } {
  if ("detail" in observation && observation.detail !== undefined) {
    return { detail: cutText(observation.detail, DETAIL_BYTES) };
  }
  if ("message" in observation)
    return { detail: cutText(`code ${observation.code}: ${observation.message}`, DETAIL_BYTES) };
  return {};
}

function judge(job: Job, observation: Observation, now: number): Verdict | undefined {
  if (isLosing(job, observation)) return afterLoss(job, observation, now);
  switch (observation.kind) {
    case "queueing":
    case "processing":
      return afterDeadline(job, observation, now) ?? { status: observation.kind };
    case "completed":
      return { status: "completed" };
    case "completed_without_video":
    case "unknown_status":
      return afterDeadline(job, observation, now);
    case "failed":
      return { status: "failed", failure: jobFailure("AKOOL_FAILED", observation.reason) };
    case "rejected":
    case "not_found":
      return afterDenial(job, observation, now);
    case "throttled":
    case "unavailable":
    case "account_fault":
      return afterExpiry(job, observation.detail, now);
  }
}

const HIDING = ["not_found", "rejected", "completed_without_video", "unknown_status"] as const;

/** AKOOL no longer shows a video that it had, without saying that it failed. */
function isLosing(job: Job, { kind }: Observation): boolean {
  return HIDING.some((hiding) => hiding === kind) && wasCompleted(job);
}

/** In an earlier attempt, which could not archive the video. */
function wasCompleted({ statusHistory }: Job): boolean {
  return statusHistory.some(({ status }) => status === "completed");
}

/** There was a video: such an answer may be temporary until it is given again and again. */
function afterLoss(job: Job, { kind }: Observation, now: number): Verdict | undefined {
  if (!isLossProven(job, now)) return undefined;
  return {
    status: "expired",
    failure: {
      code: "VIDEO_EXPIRED",
      reason: `not archived before AKOOL deleted the video (${job.videoExpiresAt}); its last answer was "${kind}"`,
      party: "source",
    },
  };
}

/**
 * A job that AKOOL has described exists, so a denial counts only from the deadline on, and only if
 * it has been repeated for as long as with any other job.
 */
function afterDenial(job: Job, denial: Refusal, now: number): Verdict | undefined {
  const isDescribed = job.akool !== undefined;
  if (isDescribed && now < Date.parse(job.deadlineAt)) return undefined;
  return saidLongEnough(job, now) ? { status: denial.kind, failure: refusal(denial) } : undefined;
}

function afterDeadline(job: Job, observation: Observation, now: number): Verdict | undefined {
  if (now < Date.parse(job.deadlineAt)) return undefined;
  return {
    status: "timed_out",
    failure: jobFailure(
      "DEADLINE_PASSED",
      `AKOOL had not finished the video by the deadline ${job.deadlineAt}; its last answer was ${named(observation)}`,
    ),
  };
}

/** While AKOOL cannot be read, tracking goes on as long as there may be a video to save. */
function afterExpiry(job: Job, detail: string, now: number): Verdict | undefined {
  if (now < followedUntil(job)) return undefined;
  return {
    status: "expired",
    failure: {
      code: "AKOOL_UNREADABLE",
      reason: `AKOOL could not be read until the video would have expired (${job.videoExpiresAt}): ${detail}`,
      party: "source",
    },
  };
}

function saidLongEnough({ notFoundSince }: Job, now: number): boolean {
  return notFoundSince !== undefined && now - Date.parse(notFoundSince) >= DENIAL_GRACE_MS;
}

function named(observation: Observation): string {
  const { detail } = detailOf(observation);
  return `"${observation.kind}"${detail === undefined ? "" : ` (${detail})`}`;
}

function refusal({ code, message }: { code: number; message: string }): Failure {
  return jobFailure(`AKOOL_${code}`, message);
}

function jobFailure(code: string, reason: string): Failure {
  return { code, reason, party: "job" };
}

import type { Failure } from "./failure.ts";
import { type Job, toIso, VIDEO_LIFETIME_MS, withStatus } from "./job.ts";
import { isEnded, type JobStatus, mayFollow } from "./job-status.ts";
import { type Answer, isAnswer, isTrouble, type Observation } from "./observation.ts";

/**
 * AKOOL may not know an id for a moment after it has handed it out, and one stray answer is no
 * verdict: "does not exist" counts once it has been said for this long without interruption.
 */
export const NOT_FOUND_GRACE_MS = 60_000;

const DAY_MS = 24 * 3_600_000;
/** A job that is older than this when it is first followed has lost its video long ago. */
const OLDEST_JOB_MS = 30 * DAY_MS;
const CLOCK_SKEW_MS = DAY_MS;

interface Verdict {
  status: JobStatus;
  failure?: Failure;
}

/**
 * The record after one look at AKOOL. Pure: late, repeated or backward news change no status, and
 * only four things end a job here: AKOOL's verdict, its refusal, the deadline (with AKOOL's word
 * that the job is unfinished), or the end of the video's life at AKOOL.
 *
 * @param now epoch milliseconds at which the observation was made
 */
export function observe(job: Job, observation: Observation, now: number): Job {
  if (isEnded(job.status)) return job;
  const seen = recordLook(job, observation, now);
  const verdict = judge(seen, observation, now);
  if (verdict === undefined || !mayFollow(seen.status, verdict.status)) return seen;
  return conclude(seen, verdict.status, now, verdict.failure);
}

/** The record with a new status and, for an end without a video, its reason. */
export function conclude(job: Job, status: JobStatus, now: number, failure?: Failure): Job {
  const next = withStatus(job, status, now, failure?.reason);
  return failure === undefined ? next : { ...next, failure };
}

function recordLook(job: Job, observation: Observation, now: number): Job {
  const { fault: _mended, notFoundSince, ...kept } = job;
  const looked: Job = {
    ...kept,
    ...(observation.kind === "not_found" ? { notFoundSince: notFoundSince ?? toIso(now) } : {}),
    updatedAt: toIso(now),
    pollCount: job.pollCount + 1,
    attemptPollCount: job.attemptPollCount + 1,
    troubleCount: isTrouble(observation) ? job.troubleCount + 1 : 0,
    lastObservation: { kind: observation.kind, at: toIso(now), ...detailOf(observation) },
  };
  if (!isAnswer(observation)) return looked;
  return { ...looked, akool: { ...observation.akool }, ...expiryOf(job, observation, now) };
}

/**
 * A creation time far from any sense (another unit, a broken clock) must not decide when a video is
 * given up; then the time from which we know the job stands.
 */
function expiryOf(job: Job, { createdAt }: Answer, now: number): { videoExpiresAt?: string } {
  const earliest = Date.parse(job.acceptedAt) - OLDEST_JOB_MS;
  if (createdAt === undefined || createdAt < earliest || createdAt > now + CLOCK_SKEW_MS) return {};
  return { videoExpiresAt: toIso(Math.min(createdAt, now) + VIDEO_LIFETIME_MS) };
}

function detailOf(observation: Observation): { detail?: string } {
  if ("detail" in observation) return { detail: observation.detail };
  if ("message" in observation)
    return { detail: `code ${observation.code}: ${observation.message}` };
  return {};
}

function judge(job: Job, observation: Observation, now: number): Verdict | undefined {
  if (hidesTheVideo(observation) && wasCompleted(job)) return afterLoss(job, observation, now);
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
      return { status: "rejected", failure: refusal(observation) };
    case "not_found":
      return saidLongEnough(job, now)
        ? { status: "not_found", failure: refusal(observation) }
        : undefined;
    case "throttled":
    case "unavailable":
    case "account_fault":
      return afterExpiry(job, observation.detail, now);
  }
}

const HIDING = ["not_found", "rejected", "completed_without_video", "unknown_status"] as const;

/** AKOOL says nothing of a video, though not that making it has failed. */
function hidesTheVideo(
  observation: Observation,
): observation is Observation & { kind: (typeof HIDING)[number] } {
  return HIDING.some((kind) => kind === observation.kind);
}

/** In an earlier attempt, that is, which could not archive the video. */
function wasCompleted({ statusHistory }: Job): boolean {
  return statusHistory.some(({ status }) => status === "completed");
}

/** There was a video: until AKOOL has deleted it such an answer can be a passing one. */
function afterLoss(job: Job, { kind }: Observation, now: number): Verdict | undefined {
  if (now < Date.parse(job.videoExpiresAt)) return undefined;
  return {
    status: "expired",
    failure: {
      code: "VIDEO_EXPIRED",
      reason: `not archived before AKOOL deleted the video (${job.videoExpiresAt}); its last answer was "${kind}"`,
      party: "source",
    },
  };
}

function afterDeadline(job: Job, { kind }: Observation, now: number): Verdict | undefined {
  if (now < Date.parse(job.deadlineAt)) return undefined;
  return {
    status: "timed_out",
    failure: jobFailure(
      "DEADLINE_PASSED",
      `AKOOL had not finished the video by the deadline ${job.deadlineAt}; its last answer was "${kind}"`,
    ),
  };
}

/** While AKOOL cannot be read, following goes on as long as there can be a video to save. */
function afterExpiry(job: Job, detail: string, now: number): Verdict | undefined {
  const end = Math.max(Date.parse(job.videoExpiresAt), Date.parse(job.deadlineAt));
  if (now < end) return undefined;
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
  return notFoundSince !== undefined && now - Date.parse(notFoundSince) >= NOT_FOUND_GRACE_MS;
}

function refusal({ code, message }: { code: number; message: string }): Failure {
  return jobFailure(`AKOOL_${code}`, message);
}

function jobFailure(code: string, reason: string): Failure {
  return { code, reason, party: "job" };
}

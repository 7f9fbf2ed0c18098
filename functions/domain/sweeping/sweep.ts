import { obstacleOf } from "#domain/events/events.ts";
import { areCompanionsDue, areCompanionsOpen } from "#domain/job/companion-work.ts";
import type { Failure } from "#domain/job/failure.ts";
import type { Job } from "#domain/job/job.ts";
import { isEnded } from "#domain/job/job-status.ts";
import { isBeyondHope, isLossProven } from "#domain/job/video-loss.ts";
import { EXPIRY_WARNING_MS } from "./sweep-schedule.ts";

/**
 * What Step Functions knows of an execution: never started (or long forgotten), alive, or ended.
 */
export type ExecutionState = "unknown" | "running" | "ended";

/**
 * What the sweeper does with a job.
 *
 * - `wait`: its execution is alive and does what is left to do.
 * - `restart`: nobody follows it, or its video was not archived: it is begun (again).
 * - `expire`: AKOOL has deleted the video, and the last attempt has not archived it.
 * - `companions`: its video is archived, and files are missing beside it: an execution is started for
 *   them.
 * - `later`: the same, but it is not time yet.
 * - `settle`: it has ended; what is left is to publish that and to delete leftovers.
 */
export type SweepVerdict =
  | { kind: "wait" | "restart" | "companions" | "later" | "settle" }
  | { kind: "expire"; failure: Failure };

/**
 * Judges a job that the sweeper has found. Pure.
 *
 * When AKOOL deletes a video is our estimate. So a video is given up only when AKOOL or its source
 * has refused it again and again after that time. A fault of our own says nothing about the video,
 * which is then tried for another week. Decision 0028.
 *
 * @param execution the state of the execution that owns the job
 * @param now epoch milliseconds
 */
export function judgeSweep(job: Job, execution: ExecutionState, now: number): SweepVerdict {
  if (execution === "running") return { kind: "wait" };
  if (job.status === "archived" && areCompanionsOpen(job, now)) {
    return { kind: areCompanionsDue(job, now) ? "companions" : "later" };
  }
  if (!mayHaveVideo(job)) return { kind: "settle" };
  const isLost = isLossProven(job, now) || isBeyondHope(job, now);
  return isLost && execution === "ended"
    ? { kind: "expire", failure: expiryOf(job) }
    : { kind: "restart" };
}

/**
 * Whether attempts at a job that has ended without its video may have left something in the bucket:
 * a copy that could not be deleted, or parts of one.
 */
export function mayHaveLeftovers({ status, statusHistory }: Job): boolean {
  const endsWithoutVideo = status === "cancelled" || status === "expired";
  return endsWithoutVideo && statusHistory.some((change) => change.status === "completed");
}

/** Whether there may be a video to save, so that somebody has to follow the job. */
export function mayHaveVideo({ status }: Job): boolean {
  return !isEnded(status) || status === "archive_failed";
}

/**
 * Whether a person must be warned that AKOOL is about to delete, or has deleted, an unarchived
 * video.
 */
export function isExpiringUnarchived(job: Job, now: number): boolean {
  return mayHaveVideo(job) && now >= Date.parse(job.videoExpiresAt) - EXPIRY_WARNING_MS;
}

/** The same for the files beside an archived video. */
export function areCompanionsExpiring(job: Job, now: number): boolean {
  const isMissing = job.companions?.some(({ state }) => state === "pending") === true;
  const isNear = now >= Date.parse(job.videoExpiresAt) - EXPIRY_WARNING_MS;
  return job.status === "archived" && isMissing && isNear;
}

function expiryOf(job: Job): Failure {
  const obstacle = obstacleOf(job) ?? "its execution died";
  return {
    code: "VIDEO_EXPIRED",
    reason: `not archived before AKOOL deleted the video (${job.videoExpiresAt}); the last obstacle: ${obstacle}`,
    party: job.failure?.party ?? "archiver",
  };
}

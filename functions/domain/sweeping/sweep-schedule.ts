import { isEnded, type JobStatus } from "#domain/job/job-status.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Longer than most jobs take: a job that goes well is never swept. */
const FIRST_PAUSE_MS = 15 * MINUTE_MS;
/** A finished video that could not be archived is most likely available again soon. */
const FAILED_PAUSE_MS = 3 * MINUTE_MS;
/** A video can expire any hour, and another attempt costs next to nothing. */
const LONGEST_PAUSE_MS = 2 * HOUR_MS;

/** This long before AKOOL deletes an unarchived video, a person is warned. */
export const EXPIRY_WARNING_MS = 48 * HOUR_MS;

/** The fields of a job that decide when the sweeper checks it. */
interface Sweepable {
  status: JobStatus;
  attempt: number;
  /** ISO 8601, as all instants here. */
  videoExpiresAt: string;
}

/** The same of a job that is being followed. */
interface Followed {
  attemptStartedAt: string;
  videoExpiresAt: string;
}

/**
 * When the sweeper next checks a job that has just been started or found in order: after a pause
 * that doubles with each attempt, and in any case when its video begins to be in danger and when it
 * is lost. If a video could not be archived, the first pauses are short.
 *
 * @param now epoch milliseconds
 * @returns epoch milliseconds
 */
export function nextSweep({ status, attempt, videoExpiresAt }: Sweepable, now: number): number {
  const pause = status === "archive_failed" ? FAILED_PAUSE_MS : FIRST_PAUSE_MS;
  return soonest(pause * 2 ** Math.min(attempt - 1, 10), videoExpiresAt, now);
}

/**
 * When the sweeper next checks a job that it has found alive: after as long as the attempt has
 * lasted. Many slow jobs, as when AKOOL is down, must not keep it from the others.
 *
 * @param now epoch milliseconds
 * @returns epoch milliseconds
 */
export function nextCheckOfAlive(
  { attemptStartedAt, videoExpiresAt }: Followed,
  now: number,
): number {
  const age = now - Date.parse(attemptStartedAt);
  return soonest(Math.max(age, FIRST_PAUSE_MS), videoExpiresAt, now);
}

/**
 * The end of the pause, of the time in which the video is safe, or of its life: what comes first.
 */
function soonest(pause: number, videoExpiresAt: string, now: number): number {
  const expiry = Date.parse(videoExpiresAt);
  const moments = [now + Math.min(pause, LONGEST_PAUSE_MS), expiry - EXPIRY_WARNING_MS, expiry];
  return Math.min(...moments.filter((moment) => moment > now));
}

/**
 * What a new status means for the sweeper's next visit to the job. Decision 0027.
 *
 * - `renew`: more is to follow, and the pause begins again.
 * - `keep`: the job still moves within its attempt.
 * - `publish`: nothing is left but to publish the change, if its own writer fails to.
 *
 * @param faulty whether the job's execution is known to have died
 */
export function sweepOn(status: JobStatus, faulty: boolean): "renew" | "keep" | "publish" {
  switch (status) {
    case "accepted":
    case "archive_failed":
    // The last two may have left something in the bucket.
    case "cancelled":
    case "expired":
      return "renew";
    default:
      if (!isEnded(status)) return "keep";
      return faulty ? "renew" : "publish";
  }
}

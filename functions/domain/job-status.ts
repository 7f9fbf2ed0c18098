/**
 * Every status that a job can have, in the order in which they are met.
 *
 * `status` is the one word that users, the listing index and the events filter on.
 */
export const JOB_STATUSES = [
  "accepted",
  "queueing",
  "processing",
  "completed",
  "archived",
  "archive_failed",
  "failed",
  "rejected",
  "not_found",
  "timed_out",
  "cancelled",
  "expired",
] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];

/** How far a job has come. A status may only be followed by one of a higher rank. */
const RANK: Readonly<Record<JobStatus, number>> = {
  accepted: 0,
  queueing: 1,
  processing: 2,
  completed: 3,
  archived: 4,
  archive_failed: 4,
  failed: 4,
  rejected: 4,
  not_found: 4,
  timed_out: 4,
  cancelled: 4,
  expired: 4,
};

const ENDED_RANK = 4;

/** Ends that no further attempt can change: the video is safe, never existed, or is gone. */
const FINAL: ReadonlySet<JobStatus> = new Set(["archived", "failed", "expired"]);

/** Whether nothing more is done for a job with this status within its attempt. */
export function isEnded(status: JobStatus): boolean {
  return RANK[status] === ENDED_RANK;
}

/**
 * Whether a new attempt would be pointless: AKOOL's own verdict, a safe video, or one that AKOOL
 * has deleted. All other ends may be tried again, because their cause can be mended.
 */
export function isFinal(status: JobStatus): boolean {
  return FINAL.has(status);
}

/**
 * Whether `next` may follow `current` within one attempt. AKOOL's answers can flap or arrive late;
 * a status never goes backwards and an end is never overwritten by later news, but for one: a video
 * that could not be archived can expire.
 */
export function mayFollow(current: JobStatus, next: JobStatus): boolean {
  if (current === "archive_failed") return next === "expired";
  return RANK[next] > RANK[current];
}

import * as z from "zod/mini";

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

export const jobStatusSchema = z.enum(JOB_STATUSES);

export type JobStatus = z.infer<typeof jobStatusSchema>;

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

/** Whether nothing more is done for a job with this status within its attempt. */
export function isEnded(status: JobStatus): boolean {
  return RANK[status] === ENDED_RANK;
}

/**
 * Whether nobody can restart the job, since its video is safe. Every other end may be wrong, so
 * that at least a person may restart it: `begin-again.ts` says who may after which end.
 */
export function isFinal(status: JobStatus): boolean {
  return status === "archived";
}

/**
 * Whether `next` may follow `current` within one attempt. AKOOL's answers can flap or arrive late;
 * a status never goes backwards, and an end is never overwritten by later news, with one exception:
 * a video that could not be archived is tried again until it expires or somebody cancels it.
 */
export function mayFollow(current: JobStatus, next: JobStatus): boolean {
  if (current === "archive_failed") return next === "expired" || next === "cancelled";
  return RANK[next] > RANK[current];
}

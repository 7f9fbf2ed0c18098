/** Bounds of the wait between two polls of AKOOL, in seconds. */
export interface PollPolicy {
  minSeconds: number;
  maxSeconds: number;
}

/**
 * Polls that one execution may make. A poll costs 9 history events (Task 5, Choice 2, Wait 2), one
 * that waits for a callback 13 (Task 5, Choice 2, callback 6). With a failed and retried invocation
 * for each ordinary poll (3 more) this stays under Step Functions' 25,000, and so do 13 for each.
 */
export const MAX_POLLS = 1_800;

/** The wait is this share of the age: a job is noticed at most about this much late. */
const GROWTH = 0.1;

/**
 * The interval of schedule v1, for jobs of which nothing has been learned: seconds until the next
 * poll of a job of this age.
 */
export function pollInterval(ageSeconds: number, policy: PollPolicy): number {
  return clamp(ageSeconds * GROWTH, policy);
}

/** The wait, kept within its bounds. */
export function clamp(seconds: number, { minSeconds, maxSeconds }: PollPolicy): number {
  return Math.min(maxSeconds, Math.max(minSeconds, seconds));
}

/** Bounds of the wait between two polls of AKOOL, in seconds. */
export interface PollPolicy {
  minSeconds: number;
  maxSeconds: number;
}

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

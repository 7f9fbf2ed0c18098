/**
 * How fast all jobs together poll AKOOL, as a share of what each job's own schedule asks for.
 *
 * Additive increase, multiplicative decrease (Chiu and Jain, "Analysis of the increase and decrease
 * algorithms for congestion avoidance in computer networks", 1989): of the linear controls with a
 * yes-or-no signal it is the one that settles at what the other side will bear, without knowing it.
 * AKOOL documents no rate; code 1005 is the signal. Decision 0042.
 */
export interface RateLimit {
  /** Share of the usual rate, from {@link SLOWEST} to 1, at the instant `at`. */
  rate: number;
  /** Epoch milliseconds. */
  at: number;
}

/** The lowest rate: below it, the jobs' own back-off does more. */
export const SLOWEST = 1 / 32;

/** From the slowest to the usual rate in ten minutes: AKOOL is tried again, gently. */
const INCREASE_PER_SECOND = 1 / 600;

/**
 * At most one decrease in this time, however many polls were throttled: an earlier one is not felt
 * yet. It is the shortest wait of the default schedule.
 */
const DECREASE_EVERY_MS = 5_000;

/** What holds while AKOOL has never asked to slow down. */
export const FULL_RATE: RateLimit = { rate: 1, at: 0 };

/** The share at an instant: it has grown since the last decrease. @param now epoch milliseconds */
export function rateAt({ rate, at }: RateLimit, now: number): number {
  const seconds = Math.max(0, now - at) / 1000;
  return Math.min(1, rate + seconds * INCREASE_PER_SECOND);
}

/**
 * The rate limit after a throttled poll; the same one while the last decrease cannot be felt yet.
 *
 * @param now epoch milliseconds
 */
export function slowedDown(rateLimit: RateLimit, now: number): RateLimit {
  if (now - rateLimit.at < DECREASE_EVERY_MS) return rateLimit;
  return { rate: Math.max(SLOWEST, rateAt(rateLimit, now) / 2), at: now };
}

export interface WaitToStretch {
  /** What the job's own schedule says, in seconds. */
  waitSeconds: number;
  rate: number;
  /** Longest wait that the rate limit may lead to. */
  maxSeconds: number;
  /** The wait does not lead past that one; it is where the last poll is due. */
  secondsToDeadline: number;
}

/** The job's own wait under the shared rate limit: a whole number, never shorter than its own. */
export function stretched({
  waitSeconds,
  rate,
  maxSeconds,
  secondsToDeadline,
}: WaitToStretch): number {
  const longest = secondsToDeadline > 0 ? Math.min(maxSeconds, secondsToDeadline) : maxSeconds;
  return Math.max(waitSeconds, Math.floor(Math.min(waitSeconds / rate, longest)));
}

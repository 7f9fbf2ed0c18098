/**
 * How fast all jobs together look at AKOOL, as a share of what each job's own schedule asks for.
 *
 * Additive increase, multiplicative decrease (Chiu and Jain, "Analysis of the increase and decrease
 * algorithms for congestion avoidance in computer networks", 1989): of the linear controls with a
 * yes-or-no signal it is the one that settles at what the other side will bear, without knowing it.
 * AKOOL documents no rate; code 1005 is the signal.
 */
export interface Pace {
  /** Share of the usual rate, from {@link SLOWEST} to 1, at the instant `at`. */
  rate: number;
  /** Epoch milliseconds. */
  at: number;
}

/** Looks stay so frequent at least: below that, single jobs' own back-off says more. */
export const SLOWEST = 1 / 32;

/** From the slowest to the usual pace in ten minutes: AKOOL is tried again, gently. */
const INCREASE_PER_SECOND = 1 / 600;

/**
 * Once for each such time, however many looks were throttled in it: before that a decrease is not
 * felt. It is the shortest wait of the default schedule.
 */
const DECREASE_EVERY_MS = 5_000;

/** What holds while AKOOL has never asked to slow down. */
export const USUAL_PACE: Pace = { rate: 1, at: 0 };

/** The share at an instant: it has grown since the last decrease. @param now epoch milliseconds */
export function rateAt({ rate, at }: Pace, now: number): number {
  const seconds = Math.max(0, now - at) / 1000;
  return Math.min(1, rate + seconds * INCREASE_PER_SECOND);
}

/**
 * The pace after a throttled look; the same one while the last decrease cannot be felt yet.
 *
 * @param now epoch milliseconds
 */
export function slowedDown(pace: Pace, now: number): Pace {
  if (now - pace.at < DECREASE_EVERY_MS) return pace;
  return { rate: Math.max(SLOWEST, rateAt(pace, now) / 2), at: now };
}

export interface WaitToStretch {
  /** What the job's own schedule says, in seconds. */
  waitSeconds: number;
  rate: number;
  /** Longest wait that the pace may lead to. */
  maxSeconds: number;
  /** The wait does not lead past that one; it is where the last look is due. */
  secondsToDeadline: number;
}

/** The job's own wait under the shared pace: a whole number, never shorter than its own. */
export function stretched({
  waitSeconds,
  rate,
  maxSeconds,
  secondsToDeadline,
}: WaitToStretch): number {
  const longest = secondsToDeadline > 0 ? Math.min(maxSeconds, secondsToDeadline) : maxSeconds;
  return Math.max(waitSeconds, Math.floor(Math.min(waitSeconds / rate, longest)));
}

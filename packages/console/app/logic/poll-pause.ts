export interface PollPauses {
  /** Milliseconds between two polls while something changes. */
  readonly busy: number;
  /** The same, while nothing does. */
  readonly idle: number;
}

const POLL_PAUSES: PollPauses = { busy: 2_000, idle: 10_000 };

const LONGEST_PAUSE_MS = 30_000;

/**
 * Milliseconds until the next poll: steady while all is well, doubling after each failure in a row.
 *
 * @param failures in a row
 */
export function pollPause(
  isBusy: boolean,
  failures: number,
  pauses: PollPauses = POLL_PAUSES,
): number {
  const steady = isBusy ? pauses.busy : pauses.idle;
  if (failures === 0) return steady;
  return Math.min(pauses.busy * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}

/**
 * How long the jobs of one bucket took, in bins of log-duration. A histogram and not a mean and a
 * variance: two products that share a bucket, or a heavy tail, keep their shape in it, and an outlier
 * is one job's weight in one bin, wherever it lies. Decision 0038.
 */
export interface DurationHistogram {
  /** Weight by bin; a job weighs 1 when it is counted, and less as it fades. Empty bins are absent. */
  weights: Readonly<Record<string, number>>;
  /** Epoch milliseconds of the last job that was counted. */
  updatedAt: number;
}

/** Bins of one logarithmic width: bin k holds durations from e^(k/10) to e^((k+1)/10) seconds. */
export const BIN_WIDTH = 0.1;

const DAY_SECONDS = 86_400;

/** What is counted: 1 second to 7 days, after which AKOOL has deleted the video. */
export const SHORTEST_SECONDS = 1;
export const LONGEST_SECONDS = 7 * DAY_SECONDS;

export const BIN_COUNT = Math.ceil(Math.log(LONGEST_SECONDS) / BIN_WIDTH);

/**
 * Evidence fades to 1/e over so many jobs or so much time, whichever reaches further back: few jobs
 * are kept until enough newer ones have come, and many jobs of one hour do not displace the day.
 */
export const MEMORY_JOBS = 300;
export const MEMORY_SECONDS = DAY_SECONDS;

/** Below this a bin has faded; it keeps the stored record small. */
const FADED = 0.001;

/**
 * The histogram with one more job.
 *
 * @param seconds from 1 to 604,800
 * @param now epoch milliseconds
 */
export function countDuration(
  histogram: DurationHistogram | undefined,
  seconds: number,
  now: number,
): DurationHistogram {
  const kept = histogram === undefined ? 1 : fading(now - histogram.updatedAt);
  const weights = Object.entries(histogram?.weights ?? {})
    .map(([bin, weight]): [string, number] => [bin, weight * kept])
    .filter(([, weight]) => weight >= FADED);
  const faded: Record<string, number> = Object.fromEntries(weights);
  const bin = String(binOf(seconds));
  return { weights: { ...faded, [bin]: (faded[bin] ?? 0) + 1 }, updatedAt: now };
}

/** Jobs that the histogram rests on, faded ones in part. */
export function evidence({ weights }: DurationHistogram): number {
  return Object.values(weights).reduce((sum, weight) => sum + weight, 0);
}

/** More jobs than these, within the memory, teach hardly anything. */
const WELL_KNOWN_JOBS = 5_000;

/**
 * The share of jobs that have to be counted. It falls as the evidence of a day grows, so that one
 * bucket's item, which thousands of jobs a second may end in, is written a few times a second: at R
 * jobs a second the evidence settles at √(5,000 × 86,400 R), and R × 5,000 / evidence are written,
 * 7.6 a second for R = 1,000. A share, and not a pause between writes: a pause would count too few
 * of the jobs that end together, and so mistake a common duration for a rare one.
 */
export function countingShare(histogram: DurationHistogram | undefined): number {
  if (histogram === undefined) return 1;
  return Math.min(1, WELL_KNOWN_JOBS / evidence(histogram));
}

function binOf(seconds: number): number {
  return Math.min(BIN_COUNT - 1, Math.max(0, Math.floor(Math.log(seconds) / BIN_WIDTH)));
}

function fading(elapsedMs: number): number {
  return Math.exp(-Math.min(1 / MEMORY_JOBS, Math.max(0, elapsedMs) / 1000 / MEMORY_SECONDS));
}

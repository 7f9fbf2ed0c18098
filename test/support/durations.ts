import { countDuration, type DurationHistogram } from "#domain/polling/duration-histogram.ts";
import { START } from "./jobs.ts";

/** Inverse of the standard normal distribution, by halving. */
function normalQuantile(p: number): number {
  let [lower, upper] = [-8, 8];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (lower + upper) / 2;
    if (normalCdf(middle) < p) lower = middle;
    else upper = middle;
  }
  return lower;
}

/** Abramowitz and Stegun, 7.1.26: within 1.5e-7. */
export function normalCdf(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const poly =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const half = 0.5 * poly * Math.exp((-z * z) / 2);
  return z < 0 ? half : 1 - half;
}

/** Durations at even quantiles of a log-normal distribution: a sample without luck, in seconds. */
export function logNormalSample(count: number, median: number, sigma: number): number[] {
  return Array.from(
    { length: count },
    (_, index) => median * Math.exp(sigma * normalQuantile((index + 0.5) / count)),
  );
}

/** What is known after these durations, all counted within one second. */
export function histogramOf(durations: readonly number[]): DurationHistogram {
  return durations.reduce<DurationHistogram>(
    (histogram, seconds) => countDuration(histogram, seconds, START),
    { weights: {}, updatedAt: START },
  );
}

/** How jobs of these durations fare under a schedule: mean polls, and mean delay in noticing. */
export function fare(durations: readonly number[], waitAt: (ageSeconds: number) => number) {
  let [polls, delay] = [0, 0];
  for (const duration of durations) {
    let age = 0;
    while (age < duration) {
      age += waitAt(age);
      polls += 1;
    }
    delay += age - duration;
  }
  return { polls: polls / durations.length, delaySeconds: delay / durations.length };
}

import { normalCdf } from "#test/support/durations.ts";

/** How long jobs take, in seconds. */
export interface Distribution {
  /** The share of jobs that are done by an age. */
  doneBy(ageSeconds: number): number;
}

/** A distribution that the benchmark is run on. All are synthetic: AKOOL publishes none. */
export interface RecordedDistribution {
  readonly name: string;
  readonly description: string;
  /** @param progress of the run, from 0 to 1: a drifting distribution changes with it */
  at(progress: number): Distribution;
}

/** What is learned lies between. */
const SHORTEST_SECONDS = 1;
const LONGEST_SECONDS = 7 * 86_400;

/** The age by which this share of jobs is done, in seconds; to a millionth of it. */
export function quantile({ doneBy }: Distribution, share: number): number {
  let [low, high] = [SHORTEST_SECONDS, LONGEST_SECONDS];
  while (high / low > 1.000_001) {
    const middle = Math.sqrt(low * high);
    if (doneBy(middle) < share) low = middle;
    else high = middle;
  }
  return high;
}

function logNormal(median: number, sigma: number): Distribution {
  return {
    doneBy: (age) => (age <= 0 ? 0 : normalCdf(Math.log(age / median) / sigma)),
  };
}

function exponential(mean: number): Distribution {
  return {
    doneBy: (age) => 1 - Math.exp(-Math.max(0, age) / mean),
  };
}

function mixed(share: number, one: Distribution, other: Distribution): Distribution {
  return {
    doneBy: (age) => share * one.doneBy(age) + (1 - share) * other.doneBy(age),
  };
}

/** From 200 s to 400 s and back: a factor of 2 either way within a run. */
function drifting(progress: number): Distribution {
  return logNormal(200 * 2 ** (1 - Math.abs(1 - 2 * progress)), 0.25);
}

function steady(name: string, description: string, distribution: Distribution) {
  return { name, description, at: () => distribution };
}

export const DISTRIBUTIONS: readonly RecordedDistribution[] = [
  steady("narrow", "log-normal, median 300 s, sigma 0.2", logNormal(300, 0.2)),
  steady("broad", "log-normal, median 300 s, sigma 0.4", logNormal(300, 0.4)),
  steady("short", "log-normal, median 45 s, sigma 0.3", logNormal(45, 0.3)),
  steady("long", "log-normal, median 2,400 s, sigma 0.35", logNormal(2_400, 0.35)),
  steady(
    "heavy-tailed",
    "85 % log-normal of median 180 s, sigma 0.4; 15 % of median 900 s, sigma 1.1",
    mixed(0.85, logNormal(180, 0.4), logNormal(900, 1.1)),
  ),
  steady(
    "two products",
    "60 % log-normal of median 90 s, sigma 0.2; 40 % of median 900 s, sigma 0.25",
    mixed(0.6, logNormal(90, 0.2), logNormal(900, 0.25)),
  ),
  {
    name: "drifting",
    description: "log-normal, sigma 0.25, median from 200 s to 400 s and back, 250 jobs a day",
    at: drifting,
  },
  steady("memoryless", "exponential, mean 300 s: nothing to be learned", exponential(300)),
];

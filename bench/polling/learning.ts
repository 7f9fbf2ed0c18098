import { countDuration, type DurationHistogram } from "#domain/polling/duration-histogram.ts";
import { type LearnedSchedule, learnedSchedule } from "#domain/polling/learned-schedule.ts";
import { quantile, type RecordedDistribution } from "./distributions.ts";
import { type BenchJob, CREATED } from "./job.ts";
import { seeded } from "./random.ts";
import { DEFAULT_BOUNDS } from "./strategies.ts";

/** Jobs whose ends have been observed before a schedule is put to the test. */
const OBSERVED = 200;

/** Jobs that one schedule is tested with, before the next is learned. */
const GROUP = 100;
const GROUPS = 20;

/**
 * The jobs put to the test are at even quantiles, in the order of the golden ratio's multiples, so
 * that neither all of them nor any run of them differs by luck from the distribution. The jobs that
 * are observed are drawn at random.
 */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** In production it changes with every job; here it is updated after this many. */
const REFRESHED_EVERY = 20;
const MS_BETWEEN_JOBS = 86_400_000 / 250;

/** Jobs of a distribution, and what had been learned when each of them ran. */
export interface Trial {
  jobs: readonly BenchJob[];
  histogramFor(job: BenchJob): DurationHistogram;
}

/**
 * A steady distribution: twenty times, 200 jobs are observed and 100 others are put to the test, so
 * that luck in what was observed evens out. A drifting one: 2,000 jobs in a row, each under what the
 * ones before it have taught.
 */
export function trialOf(recorded: RecordedDistribution, seed: number): Trial {
  const start = seeded(seed).uniform();
  const jobs = Array.from({ length: GROUP * GROUPS }, (_, index) => ({
    index,
    durationSeconds: quantile(recorded.at(index / (GROUP * GROUPS)), (start + index * GOLDEN) % 1),
  }));
  const drifts = recorded.at(0) !== recorded.at(0.5);
  const [every, histograms] = drifts
    ? [REFRESHED_EVERY, continuing(recorded, jobs, seed)]
    : [GROUP, separate(recorded, seed)];
  return {
    jobs,
    histogramFor({ index }) {
      const histogram = histograms[Math.floor(index / every)];
      if (histogram === undefined) throw new RangeError(`nothing was learned for job ${index}`);
      return histogram;
    },
  };
}

/** Schedules by the delay that is acceptable; each is made once for each histogram. */
export function schedulesOf(trial: Trial, acceptableDelaySeconds: number | undefined) {
  const made = new Map<DurationHistogram, LearnedSchedule | undefined>();
  return (job: BenchJob): LearnedSchedule | undefined => {
    const histogram = trial.histogramFor(job);
    if (!made.has(histogram)) {
      made.set(
        histogram,
        learnedSchedule(histogram, { ...DEFAULT_BOUNDS, acceptableDelaySeconds }),
      );
    }
    return made.get(histogram);
  };
}

function separate(recorded: RecordedDistribution, seed: number): DurationHistogram[] {
  return Array.from({ length: GROUPS }, (_, group) => observed(recorded, seed + 1 + group));
}

function continuing(
  recorded: RecordedDistribution,
  jobs: readonly BenchJob[],
  seed: number,
): DurationHistogram[] {
  const histograms: DurationHistogram[] = [];
  let histogram = observed(recorded, seed + 1);
  for (const { index, durationSeconds } of jobs) {
    if (index % REFRESHED_EVERY === 0) histograms.push(histogram);
    histogram = countDuration(histogram, durationSeconds, CREATED + index * MS_BETWEEN_JOBS);
  }
  return histograms;
}

function observed(recorded: RecordedDistribution, seed: number): DurationHistogram {
  const random = seeded(seed);
  let histogram: DurationHistogram = { weights: {}, updatedAt: CREATED };
  for (let job = OBSERVED; job > 0; job--) {
    const at = CREATED - job * MS_BETWEEN_JOBS;
    histogram = countDuration(histogram, quantile(recorded.at(0), random.uniform()), at);
  }
  return histogram;
}

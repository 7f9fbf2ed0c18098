import { BIN_COUNT, BIN_WIDTH, type DurationHistogram, evidence } from "./duration-histogram.ts";

/**
 * The distribution of durations that a histogram suggests. Its distribution function F rises
 * linearly within a bin, so that F and its integral are exact at any age.
 */
export interface DurationModel {
  /** One a bin. */
  segments: readonly Segment[];
  /** Behind the last bin, where every job is done. */
  beyond: Segment;
  /** Age in seconds from which on less than half a job of the evidence is left. */
  trustedUntil: number;
}

interface Segment extends Progress {
  /** Age in seconds at which it begins; F and its integral are those of this age. */
  from: number;
  /** Share of all jobs that are done in one second of it. */
  rate: number;
}

/** What is done by a certain age. */
export interface Progress {
  /** F: the share of jobs. */
  done: number;
  /** The integral of F from 0 on, in seconds: how long an average job has been done by then. */
  doneFor: number;
}

/**
 * Each pass spreads a bin by 1/4, 1/2, 1/4. Three even out the noise of 200 jobs, at the price of
 * a spread of log-duration that polls wider than it is, by 0.12 in quadrature.
 */
const SMOOTHING_PASSES = 3;

/** Spread over all bins, in jobs: no duration is held to be impossible. */
const PRIOR_JOBS = 0.5;

/** Where less than this is left of the evidence, in jobs, its tail has ended. */
const TAIL_JOBS = 0.5;

/** The distribution that a histogram suggests. */
export function modelOf(histogram: DurationHistogram): DurationModel {
  const jobs = evidence(histogram);
  const segments: Segment[] = [];
  let next = { from: 0, done: 0, doneFor: 0, rate: 0 };
  let trustedUntil = 0;
  let left = jobs;
  for (const [bin, weight] of smoothedWeights(histogram).entries()) {
    const end = Math.exp((bin + 1) * BIN_WIDTH);
    const share = (weight + PRIOR_JOBS / BIN_COUNT) / (jobs + PRIOR_JOBS);
    const segment = { ...next, rate: share / (end - next.from) };
    segments.push(segment);
    next = { ...within(segment, end), from: end, rate: 0 };
    if (left >= TAIL_JOBS) trustedUntil = end;
    left -= weight;
  }
  return { segments, beyond: next, trustedUntil };
}

/** What is done by an age in seconds. */
export function progressAt({ segments, beyond }: DurationModel, ageSeconds: number): Progress {
  const bin = Math.max(0, Math.floor(Math.log(ageSeconds) / BIN_WIDTH));
  return within(segments[bin] ?? beyond, ageSeconds);
}

function within({ from, done, doneFor, rate }: Segment, ageSeconds: number): Progress {
  const since = ageSeconds - from;
  return { done: done + rate * since, doneFor: doneFor + (done + (rate * since) / 2) * since };
}

function smoothedWeights({ weights }: DurationHistogram): readonly number[] {
  let smooth = Array.from({ length: BIN_COUNT }, (_, bin) => weights[bin] ?? 0);
  for (let pass = 0; pass < SMOOTHING_PASSES; pass++) smooth = smooth.map(spread);
  return smooth;
}

/** At either end a bin is its own neighbour, so that no weight is lost. */
function spread(weight: number, bin: number, all: readonly number[]): number {
  return weight / 2 + ((all[bin - 1] ?? weight) + (all[bin + 1] ?? weight)) / 4;
}

import type { RecordedDistribution } from "./distributions.ts";
import { schedulesOf, type Trial } from "./learning.ts";
import { dollarsPerThousand } from "./prices.ts";
import { type Outcome, simulate } from "./simulate.ts";
import * as strategies from "./strategies.ts";

/** The averages of one distribution's jobs under one strategy. */
export interface Row {
  name: string;
  polls: number;
  transitions: number;
  dollarsPerThousand: number;
  delaySeconds: number;
  delayP95Seconds: number;
}

/** A strategy and its name in the table and the chart. */
export interface Named {
  name: string;
  strategy: strategies.Strategy;
}

/** What is compared, for the jobs of one trial. `acceptable` are delays that v2 is to lead to. */
export function contenders(trial: Trial, acceptable: Readonly<Record<string, number>>): Named[] {
  const v2 = (delay?: number) => strategies.scheduleV2(schedulesOf(trial, delay));
  return [
    { name: "AWS job poller, 30 s", strategy: strategies.everySeconds(30) },
    { name: "AWS job poller, 10 s", strategy: strategies.everySeconds(10) },
    { name: "exponential back-off", strategy: strategies.doubling() },
    { name: "fixed 30 s, here", strategy: strategies.fixedHere(30) },
    { name: "fixed 10 s, here", strategy: strategies.fixedHere(10) },
    { name: "schedule v1", strategy: strategies.scheduleV1() },
    { name: "schedule v2, default", strategy: v2() },
    ...Object.entries(acceptable).map(([name, delay]) => ({ name, strategy: v2(delay) })),
    { name: "webhook", strategy: { kind: "webhook" } },
    { name: "clairvoyant", strategy: strategies.clairvoyant() },
  ];
}

/** All jobs of a trial, simulated. */
export function measure({ name, strategy }: Named, trial: Trial): Row {
  const outcomes = trial.jobs.map((job) => simulate(strategy, job));
  const polls = mean(outcomes, "polls");
  const transitions = mean(outcomes, "transitions");
  const delays = outcomes.map(({ delaySeconds }) => delaySeconds).sort((a, b) => a - b);
  return {
    name,
    polls,
    transitions,
    dollarsPerThousand: dollarsPerThousand(strategy, { polls, transitions }),
    delaySeconds: mean(outcomes, "delaySeconds"),
    delayP95Seconds: delays[Math.floor(delays.length * 0.95)] ?? Number.NaN,
  };
}

/**
 * The acceptable delay that v2 has to be told for jobs to be noticed as late, on average, as under a
 * fixed wait: what was learned from 200 jobs is not exactly the truth, so the two differ a little.
 */
export function acceptableFor(trial: Trial, delaySeconds: number): number {
  let [low, high] = [delaySeconds / 2, delaySeconds * 2];
  for (let halving = 0; halving < 7; halving++) {
    const middle = (low + high) / 2;
    const strategy = strategies.scheduleV2(schedulesOf(trial, middle));
    if (measure({ name: "", strategy }, trial).delaySeconds > delaySeconds) high = middle;
    else low = middle;
  }
  return low;
}

/** Distributions at evenly spaced points of a run; one, if it does not drift. */
export function truths(recorded: RecordedDistribution) {
  const points = Array.from({ length: 10 }, (_, point) => recorded.at((point + 0.5) / 10));
  return [...new Set(points)];
}

function mean(outcomes: readonly Outcome[], key: keyof Outcome): number {
  return outcomes.reduce((sum, outcome) => sum + outcome[key], 0) / outcomes.length;
}

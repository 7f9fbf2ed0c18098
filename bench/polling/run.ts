/**
 * Benchmark of polling: `npm run bench -- polling`. Simulated time throughout, so neither the machine
 * nor its load has any part in the figures.
 */
import { writeBenchmarkFiles } from "../support/benchmark-files.ts";
import { openAgreement } from "./agreement.ts";
import { chart } from "./chart.ts";
import { DISTRIBUTIONS, type RecordedDistribution } from "./distributions.ts";
import { schedulesOf, type Trial, trialOf } from "./learning.ts";
import { acceptableFor, contenders, measure, type Row, truths } from "./measure.ts";
import { fewestPolls } from "./optimum.ts";
import { report } from "./report.ts";
import type { Comparison, Result } from "./result.ts";
import { fixedHere, scheduleV2 } from "./strategies.ts";

const SEED = 20_261_124;

/** Acceptable delays, in seconds, at which the chart's curve of v2 is drawn. */
const CURVE = [3, 5, 8, 12, 20, 32, 64, 120];

export async function run(): Promise<number> {
  const agreement = await openAgreement();
  const results: Result[] = [];
  let checked = 0;
  for (const [index, recorded] of DISTRIBUTIONS.entries()) {
    const trial = trialOf(recorded, SEED + 1_000 * index);
    const [to30, to10] = [atDelayOfFixed(trial, 30), atDelayOfFixed(trial, 10)];
    const named = contenders(trial, {
      "schedule v2 at the delay of 30 s": to30,
      "schedule v2 at the delay of 10 s": to10,
    });
    for (const contender of named) checked += await agreement.check(contender, trial);
    const rows = named.map((contender) => measure(contender, trial));
    const comparisons = [compare(recorded, rows, 30, to30), compare(recorded, rows, 10, to10)];
    const { name, description } = recorded;
    results.push({ name, description, rows, curve: curveOf(trial), comparisons });
    console.log(`${name}: ${JSON.stringify(comparisons[0])}`);
  }
  const raw = { seed: SEED, jobs: 2_000, interpreted: checked, results };
  await writeBenchmarkFiles({
    "polling.json": `${JSON.stringify(raw, rounded, 1)}\n`,
    "polling.svg": chart(results),
    "polling.md": report(results, checked),
  });
  return 0;
}

function atDelayOfFixed(trial: Trial, seconds: number): number {
  const { delaySeconds } = measure({ name: "", strategy: fixedHere(seconds) }, trial);
  return acceptableFor(trial, delaySeconds);
}

function compare(
  recorded: RecordedDistribution,
  rows: readonly Row[],
  fixedSeconds: number,
  acceptableDelaySeconds: number,
): Comparison {
  const fixed = rowOf(rows, `fixed ${fixedSeconds} s, here`);
  const jobPoller = rowOf(rows, `AWS job poller, ${fixedSeconds} s`);
  const learned = rowOf(rows, `schedule v2 at the delay of ${fixedSeconds} s`);
  const optimum = fewestPolls(truths(recorded), learned.delaySeconds);
  return {
    fixedSeconds,
    acceptableDelaySeconds,
    fixedPolls: fixed.polls,
    polls: learned.polls,
    ratio: learned.polls / fixed.polls,
    jobPollerRatio: learned.polls / jobPoller.polls,
    optimum,
    optimumRatio: (learned.polls - 1) / optimum,
  };
}

function rowOf(rows: readonly Row[], wanted: string): Row {
  const row = rows.find(({ name }) => name === wanted);
  if (row === undefined) throw new RangeError(`nothing was measured for ${wanted}`);
  return row;
}

function curveOf(trial: Trial): Row[] {
  return CURVE.map((delay) =>
    measure({ name: `${delay} s`, strategy: scheduleV2(schedulesOf(trial, delay)) }, trial),
  );
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 10_000) / 10_000 : value;
}

import fc from "fast-check";
import { type History, history } from "./history.ts";
import { violationsOf } from "./invariants.ts";
import { type Played, play } from "./play.ts";
import { HistoryStuck } from "./watchdog.ts";
import type { World } from "./world.ts";

/** How often each thing occurred in all histories, by name. */
export type Tally = Record<string, number>;

/** The shortest history found that breaks an invariant. */
export interface Broken {
  /** For `--replay`: fast-check's seed, and its path to this history. */
  replay: string;
  history: History;
  violations: string[];
}

export interface Outcome {
  runs: number;
  tally: Tally;
  broken?: Broken;
}

export interface Batch {
  seed: number;
  runs: number;
  /** The one history to play, as `Broken.replay` gives it. */
  path?: string;
}

class InvariantBroken extends Error {
  override readonly name = "InvariantBroken";
  readonly violations: string[];

  constructor(violations: string[]) {
    super(violations.join("\n"));
    this.violations = violations;
  }
}

/** Plays histories that follow from the seed alone, up to the first that breaks an invariant. */
export async function runHistories(world: World, { seed, runs, path }: Batch): Promise<Outcome> {
  const tally: Tally = {};
  let played = 0;
  let stuck: HistoryStuck | undefined;
  let isShrinking = false;
  const property = fc.asyncProperty(history, async (each) => {
    // After one that is stuck the world is of no more use: nothing can be shrunk.
    if (stuck !== undefined) return;
    const result = await play(world, each).catch((error: unknown) => {
      if (error instanceof HistoryStuck) stuck = error;
      throw error;
    });
    if (!isShrinking) {
      played += 1;
      count(tally, result);
    }
    const violations = violationsOf(result);
    if (violations.length === 0) return;
    isShrinking = true;
    throw new InvariantBroken(violations);
  });
  const details = await fc.check(property, {
    seed,
    numRuns: runs,
    ...(path === undefined ? {} : { path, endOnFailure: true }),
  });
  if (stuck !== undefined) {
    const replay = replayOf(seed, details.counterexamplePath);
    throw new HistoryStuck(`${stuck.message}\nPlay it again: npm run chaos -- --replay ${replay}`);
  }
  if (!details.failed) return { runs: played, tally };
  const { errorInstance, counterexample, counterexamplePath } = details;
  const [shortest] = counterexample ?? [];
  if (!(errorInstance instanceof InvariantBroken) || shortest === undefined) {
    throw new Error(`seed ${seed}, path ${counterexamplePath}, ${JSON.stringify(shortest)}`, {
      cause: errorInstance,
    });
  }
  const { violations } = errorInstance;
  const replay = replayOf(seed, counterexamplePath);
  return { runs: played, tally, broken: { replay, history: shortest, violations } };
}

function replayOf(seed: number, path: string | null): string {
  return `${seed}:${path}`;
}

function count(tally: Tally, { ledger, jobs }: Played): void {
  for (const [name, times] of ledger.counts) add(tally, name, times);
  for (const { status } of jobs.values()) add(tally, `end ${status}`, 1);
}

/** Adds one tally to another. */
export function merge(into: Tally, from: Tally): void {
  for (const [name, times] of Object.entries(from)) add(into, name, times);
}

function add(tally: Tally, name: string, times: number): void {
  tally[name] = (tally[name] ?? 0) + times;
}

import type { Machine } from "../support/machine.ts";
import { median } from "../support/median.ts";
import type { CommandName, Timing } from "./timed-run.ts";

export type Start = "cold" | "warm";

/** One process. */
export interface Run extends Timing {
  readonly version: string;
  readonly command: CommandName;
  readonly start: Start;
}

/** One load of the served stack. */
export interface Load {
  readonly version: string;
  readonly jobs: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Everything that one call of the benchmark has measured; kept as it is. */
export interface Results {
  readonly date: string;
  readonly machine: Machine;
  /** Of the minute before, and of the last minute. */
  readonly loadAverage: readonly number[];
  readonly versions: readonly { readonly name: string; readonly revision: string }[];
  readonly runs: readonly Run[];
  readonly loads: readonly Load[];
}

/** Seconds, the median of the runs; nothing where none has it. */
export function secondsOf(
  { runs }: Results,
  version: string,
  command: CommandName,
  start: Start,
  moment: keyof Timing,
): number | undefined {
  const times = runs
    .filter((it) => it.version === version && it.command === command && it.start === start)
    .flatMap((it) => it[moment] ?? []);
  return times.length === 0 ? undefined : median(times) / 1000;
}

import type { Machine } from "../support/machine.ts";
import { median } from "../support/median.ts";
import type { Measured } from "./measure.ts";
import { NETWORKS } from "./network.ts";

/** One run of one contender. */
export interface Run extends Measured {
  network: string;
  bytes: number;
  contender: string;
}

/** Everything that one call of the benchmark has measured; kept as it is. */
export interface Results {
  date: string;
  machine: Machine;
  /** Versions of the programs that were compared with. */
  programs: Record<string, string>;
  runs: Run[];
}

/** Medians of one contender's runs in one scenario. */
export interface Score {
  contender: string;
  repetitions: number;
  mbPerSecond: number;
  cpuSecondsPerGb: number;
  peakMb: number;
  storeRequests: number;
}

/** One size over one network. */
export interface Scenario {
  network: string;
  bytes: number;
}

export function scenariosOf({ runs }: Results): Scenario[] {
  return Object.keys(NETWORKS).flatMap((network) => {
    const own = runs.filter((run) => run.network === network);
    return [...new Set(own.map(({ bytes }) => bytes))].map((bytes) => ({ network, bytes }));
  });
}

export function sizeLabel({ network, bytes }: Scenario): string {
  const size = bytes >= 1e9 ? `${bytes / 1e9} GB` : `${bytes / 1e6} MB`;
  return `${size}, ${NETWORKS[network]?.label}`;
}

export function scoresOf(results: Results, { network, bytes }: Scenario): Score[] {
  const runs = results.runs.filter((run) => run.network === network && run.bytes === bytes);
  const contenders = [...new Set(runs.map(({ contender }) => contender))];
  return contenders.map((contender) => {
    const own = runs.filter((run) => run.contender === contender);
    return {
      contender,
      repetitions: own.length,
      mbPerSecond: median(own.map(({ seconds }) => bytes / 1e6 / seconds)),
      cpuSecondsPerGb: median(own.map(({ cpuSeconds }) => cpuSeconds / (bytes / 1e9))),
      peakMb: median(own.map(({ peakBytes }) => peakBytes / 1e6)),
      storeRequests: median(own.map(({ storeRequests }) => storeRequests)),
    };
  });
}

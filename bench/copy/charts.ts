import type { BarChart } from "../support/bar-chart.ts";
import { ARCHIVER, LIB_STORAGE, nextCopy } from "./contenders.ts";
import { NETWORKS } from "./network.ts";
import { type Results, type Score, scenariosOf, scoresOf, sizeLabel } from "./results.ts";

/** In the tables alone. */
const UNDRAWN = [ARCHIVER, LIB_STORAGE].map(nextCopy);

/** By the name of the file that each is drawn into. */
export function chartsOf(results: Results): Record<string, BarChart> {
  const speeds = Object.entries(NETWORKS).map(([network, { label }]) => [
    `copy-speed-${network}.svg`,
    chartOf(results, network, {
      title: `Copying one video into S3: ${label}`,
      axis: "MB/s (more is better)",
      valueOf: ({ mbPerSecond }) => mbPerSecond,
    }),
  ]);
  return {
    ...Object.fromEntries(speeds),
    "copy-cpu.svg": chartOf(results, "loopback", {
      title: "CPU time of copying: loopback, no limit",
      axis: "CPU seconds per GB (less is better)",
      valueOf: ({ cpuSecondsPerGb }) => cpuSecondsPerGb,
    }),
    "copy-memory.svg": chartOf(results, "loopback", {
      title: "Peak memory of copying: loopback, no limit",
      axis: "MB resident, largest process (less is better)",
      valueOf: ({ peakMb }) => peakMb,
    }),
  };
}

interface ChartOptions {
  title: string;
  axis: string;
  valueOf: (score: Score) => number;
}

function chartOf(results: Results, network: string, options: ChartOptions): BarChart {
  const scenarios = scenariosOf(results).filter((scenario) => scenario.network === network);
  return {
    title: options.title,
    axis: options.axis,
    groups: scenarios.map((scenario) => ({
      label: sizeLabel(scenario),
      bars: scoresOf(results, scenario)
        .filter(({ contender }) => !UNDRAWN.includes(contender))
        .map((score) => ({
          label: score.contender,
          value: options.valueOf(score),
          highlighted: score.contender === ARCHIVER,
        })),
    })),
  };
}

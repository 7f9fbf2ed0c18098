import { markdownTable } from "../support/markdown.ts";
import { ARCHIVER, LIB_STORAGE, RCLONE } from "./contenders.ts";
import { type Results, type Scenario, scenariosOf, scoresOf, sizeLabel } from "./results.ts";

interface SpeedTarget {
  rival: string;
  /** Least ratio of the archiver's speed to the rival's. */
  least: number;
}

/** Smaller videos have no target: there the start of the other programs decides. */
const SMALLEST_BYTES = 200e6;
const PEAK_MB = 200;

/** What was asked for, what was measured, and the verdict. */
export function targetTable(results: Results): string {
  const rows = scenariosOf(results)
    .filter(({ bytes }) => bytes >= SMALLEST_BYTES)
    .flatMap((scenario) => [...speedRows(results, scenario), ...memoryRows(results, scenario)]);
  return markdownTable(["target", "asked", "measured", ""], rows);
}

function speedTargets({ network }: Scenario): SpeedTarget[] {
  return network === "limited"
    ? [
        { rival: LIB_STORAGE, least: 1.5 },
        { rival: RCLONE, least: 1 },
      ]
    : [{ rival: LIB_STORAGE, least: 1 }];
}

function speedRows(results: Results, scenario: Scenario): string[][] {
  const scores = scoresOf(results, scenario);
  const speedOf = (name: string) =>
    scores.find(({ contender }) => contender === name)?.mbPerSecond ?? Number.NaN;
  return speedTargets(scenario).map(({ rival, least }) => {
    const ratio = speedOf(ARCHIVER) / speedOf(rival);
    return [
      `${sizeLabel(scenario)}: speed, of ${rival}`,
      `≥ ${least.toFixed(1)} ×`,
      `${ratio.toFixed(2)} ×`,
      verdict(ratio >= least),
    ];
  });
}

function memoryRows(results: Results, scenario: Scenario): string[][] {
  if (scenario.bytes < 2e9) return [];
  const own = scoresOf(results, scenario).find(({ contender }) => contender === ARCHIVER);
  const peakMb = own?.peakMb ?? Number.NaN;
  return [
    [
      `${sizeLabel(scenario)}: peak memory`,
      `< ${PEAK_MB} MB`,
      `${peakMb.toFixed(0)} MB`,
      verdict(peakMb < PEAK_MB),
    ],
  ];
}

function verdict(met: boolean): string {
  return met ? "met" : "**not met**";
}

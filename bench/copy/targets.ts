import { markdownTable } from "../support/markdown.ts";
import { ARCHIVER, LIB_STORAGE, nextCopy, RCLONE, SMALL_BYTES } from "./contenders.ts";
import { type Results, type Scenario, scenariosOf, scoresOf, sizeLabel } from "./results.ts";

interface SpeedTarget {
  /** Which of our two measurements; default: the first copy of a process. */
  own?: string;
  rival: string;
  /** Least ratio of the archiver's speed to the rival's. */
  least: number;
}

const PEAK_MB = 200;
/** Of a first run, its sidecar among them. */
const SMALL_REQUESTS = 5;

/** What was asked for, what was measured, and the verdict. */
export function targetTable(results: Results): string {
  const rows = scenariosOf(results).flatMap((scenario) => [
    ...speedRows(results, scenario),
    ...requestRows(results, scenario),
    ...memoryRows(results, scenario),
  ]);
  return markdownTable(["target", "asked", "measured", ""], rows);
}

function speedTargets({ network, bytes }: Scenario): SpeedTarget[] {
  if (bytes <= SMALL_BYTES) {
    const own = nextCopy(ARCHIVER);
    return [
      { rival: LIB_STORAGE, least: 1 },
      { rival: RCLONE, least: 1 },
      { own, rival: nextCopy(LIB_STORAGE), least: 1 },
      { own, rival: RCLONE, least: 1 },
    ];
  }
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
  return speedTargets(scenario).map(({ own = ARCHIVER, rival, least }) => {
    const ratio = speedOf(own) / speedOf(rival);
    return [
      `${sizeLabel(scenario)}: speed${own === ARCHIVER ? "" : " of the next copy"}, of ${rival}`,
      `≥ ${least.toFixed(1)} ×`,
      `${ratio.toFixed(2)} ×`,
      verdict(ratio >= least),
    ];
  });
}

function requestRows(results: Results, scenario: Scenario): string[][] {
  if (scenario.bytes > SMALL_BYTES) return [];
  const own = scoresOf(results, scenario).find(({ contender }) => contender === ARCHIVER);
  const requests = 1 + (own?.storeRequests ?? Number.NaN);
  return [
    [
      `${sizeLabel(scenario)}: S3 requests, with the sidecar`,
      `≤ ${SMALL_REQUESTS}`,
      String(requests),
      verdict(requests <= SMALL_REQUESTS),
    ],
  ];
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

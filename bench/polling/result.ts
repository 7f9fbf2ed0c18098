import type { Row } from "./measure.ts";

/** Schedule v2 against a fixed wait at the same mean delay, and against the optimum. */
export interface Comparison {
  fixedSeconds: number;
  acceptableDelaySeconds: number;
  fixedPolls: number;
  polls: number;
  /** Polls of v2 to those of the fixed wait in this workflow: both have the poll at the start. */
  ratio: number;
  /** To those of AWS's job poller, which has no poll at the start. */
  jobPollerRatio: number;
  /** The fewest polls at v2's mean delay, without the poll at the start, which is no choice. */
  optimum: number;
  /** Polls of v2 without that poll to the optimum. */
  optimumRatio: number;
}

/** All that was measured on one distribution. */
export interface Result {
  name: string;
  description: string;
  rows: Row[];
  curve: Row[];
  comparisons: Comparison[];
}

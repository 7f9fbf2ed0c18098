import type { Scenario } from "#rehearsal/scenarios/scenario.ts";
import { deadLetterScenarios } from "./dead-letters.ts";
import { jobCommandScenarios } from "./jobs.ts";
import { killedCommandScenarios } from "./killed.ts";
import { reportCommandScenarios } from "./reports.ts";
import { swapCommandScenarios } from "./swaps.ts";

/** `akool-archiver`, as it is packed, against the deployed stack. */
export const archiverCommandScenarios: readonly Scenario[] = [
  ...jobCommandScenarios,
  ...killedCommandScenarios,
  ...swapCommandScenarios,
  ...deadLetterScenarios,
  ...reportCommandScenarios,
];

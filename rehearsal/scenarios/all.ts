import { apiScenarios } from "./api.ts";
import { archiverCommandScenarios } from "./archiver-command/all.ts";
import { commandScenarios } from "./commands.ts";
import { consoleScenarios } from "./console.ts";
import { failedDeploymentScenarios } from "./failed-deployment.ts";
import { hostedConsoleScenarios } from "./hosted-console.ts";
import { importScenarios } from "./imports.ts";
import { protectionScenarios } from "./protection.ts";
import type { Scenario } from "./scenario.ts";
import { sweepingScenarios } from "./sweeping.ts";
import { trackingScenarios } from "./tracking.ts";
import { webhookScenarios } from "./webhooks.ts";

/** Every scenario, in the order in which they are run. */
export const SCENARIOS: readonly Scenario[] = [
  ...protectionScenarios,
  ...trackingScenarios,
  ...apiScenarios,
  ...webhookScenarios,
  ...sweepingScenarios,
  ...importScenarios,
  ...commandScenarios,
  ...archiverCommandScenarios,
  ...consoleScenarios,
  ...hostedConsoleScenarios,
  ...failedDeploymentScenarios,
];

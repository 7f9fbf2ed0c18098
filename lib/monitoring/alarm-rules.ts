import { akoolRules } from "./akool-alarms.ts";
import type { AlarmRule } from "./alarm-rule.ts";
import { archiveRules } from "./archive-alarms.ts";
import { jobRules } from "./job-alarms.ts";
import { ledgerRules } from "./ledger-alarms.ts";
import type { ArchiverMetrics } from "./metrics.ts";
import { resourceRules } from "./resource-alarms.ts";
import { sweeperRules } from "./sweeper-alarms.ts";

/** Settings that alarms depend on. */
export interface AlarmSettings {
  /** Longest wait between two polls of a job that waits. */
  readonly pollMaxSeconds: number;
  /** Functions whose ceiling is meant, by the names that monitoring knows them by. */
  readonly limitedFunctions: ReadonlySet<string>;
  /** Whether a budget of credits is configured. */
  readonly hasBudget: boolean;
}

/** Every alarm of the stack. */
export function alarmRules(
  metrics: ArchiverMetrics,
  { pollMaxSeconds, limitedFunctions, hasBudget }: AlarmSettings,
): AlarmRule[] {
  return [
    ...akoolRules(metrics, pollMaxSeconds),
    ...jobRules(metrics),
    ...sweeperRules(metrics),
    ...ledgerRules(metrics, hasBudget),
    ...archiveRules(metrics),
    ...resourceRules(metrics, limitedFunctions),
  ];
}

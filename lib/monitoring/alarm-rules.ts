import { akoolRules } from "./akool-alarms.ts";
import type { AlarmRule } from "./alarm-rule.ts";
import { archiveRules } from "./archive-alarms.ts";
import { jobRules } from "./job-alarms.ts";
import type { ArchiverMetrics } from "./metrics.ts";
import { resourceRules } from "./resource-alarms.ts";
import { sweeperRules } from "./sweeper-alarms.ts";

/** Settings that alarms depend on. */
export interface AlarmSettings {
  /** Longest wait between two polls of a job that waits. */
  readonly pollMaxSeconds: number;
  /** Functions whose ceiling is meant, by the names that monitoring knows them by. */
  readonly limitedFunctions: ReadonlySet<string>;
}

/** Every alarm of the stack. */
export function alarmRules(
  metrics: ArchiverMetrics,
  { pollMaxSeconds, limitedFunctions }: AlarmSettings,
): AlarmRule[] {
  return [
    ...akoolRules(metrics, pollMaxSeconds),
    ...jobRules(metrics),
    ...sweeperRules(metrics),
    ...archiveRules(metrics),
    ...resourceRules(metrics, limitedFunctions),
  ];
}

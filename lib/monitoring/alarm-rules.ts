import { akoolRules } from "#lib/monitoring/akool-alarms.ts";
import type { AlarmRule } from "#lib/monitoring/alarm-rule.ts";
import { archiveRules } from "#lib/monitoring/archive-alarms.ts";
import { jobRules } from "#lib/monitoring/job-alarms.ts";
import type { ArchiverMetrics } from "#lib/monitoring/metrics.ts";
import { resourceRules } from "#lib/monitoring/resource-alarms.ts";
import { sweeperRules } from "#lib/monitoring/sweeper-alarms.ts";

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

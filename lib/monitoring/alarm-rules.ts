import { akoolRules } from "#lib/monitoring/akool-alarms.ts";
import type { AlarmRule } from "#lib/monitoring/alarm-rule.ts";
import { archiveRules } from "#lib/monitoring/archive-alarms.ts";
import { jobRules } from "#lib/monitoring/job-alarms.ts";
import type { ArchiverMetrics } from "#lib/monitoring/metrics.ts";
import { resourceRules } from "#lib/monitoring/resource-alarms.ts";
import { sweeperRules } from "#lib/monitoring/sweeper-alarms.ts";

/**
 * Every alarm of the stack.
 *
 * @param pollMaxSeconds longest wait between two looks of a job that waits
 */
export function alarmRules(metrics: ArchiverMetrics, pollMaxSeconds: number): AlarmRule[] {
  return [
    ...akoolRules(metrics, pollMaxSeconds),
    ...jobRules(metrics),
    ...sweeperRules(metrics),
    ...archiveRules(metrics),
    ...resourceRules(metrics),
  ];
}

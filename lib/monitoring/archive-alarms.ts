import {
  type AlarmRule,
  ANY,
  AT_LEAST,
  HOUR,
  NOTHING_HAPPENED,
  ONCE,
  SEVERAL,
} from "#lib/monitoring/alarm-rule.ts";
import type { ArchiverMetrics } from "#lib/monitoring/metrics.ts";

/** Videos that are not archived. */
export function archiveRules(metrics: ArchiverMetrics): AlarmRule[] {
  return [
    {
      id: "ArchiveFailing",
      means: "Several videos could not be archived within an hour. AKOOL keeps each for 7 days.",
      runbook: "archive_failed",
      // A single one is started again by the sweeper, and has an alarm of its own when time is short.
      metric: metrics.sum("JobArchiveFailed", undefined, HOUR),
      threshold: SEVERAL,
      comparison: AT_LEAST,
      periods: ONCE,
      missing: NOTHING_HAPPENED,
    },
    {
      id: "VideoExpired",
      means: "A video was given up: AKOOL has deleted it, and it was not archived.",
      runbook: "A video that was lost",
      metric: metrics.sum("VideoExpired"),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: ONCE,
      missing: NOTHING_HAPPENED,
    },
  ];
}

import {
  type AlarmRule,
  ANY,
  ANY_OF_THREE,
  AT_LEAST,
  AT_ONCE,
  HOUR,
  NOTHING_HAPPENED,
  ONCE,
  SEVERAL,
} from "./alarm-rule.ts";
import type { ArchiverMetrics } from "./metrics.ts";

/** Videos that are not archived. */
export function archiveRules(metrics: ArchiverMetrics): AlarmRule[] {
  return [
    {
      id: "ArchiveFailing",
      means: "Several videos could not be archived within an hour. AKOOL keeps each for 7 days.",
      runbook: "archive_failed",
      // A single one is started again by the sweeper, and has an alarm of its own when time is short.
      metric: metrics.count("JobArchiveFailed", HOUR),
      threshold: SEVERAL,
      comparison: AT_LEAST,
      periods: ONCE,
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: AT_ONCE, toEnd: 65 },
    },
    {
      id: "VideoExpired",
      means:
        "A video, or a file beside it, was given up: AKOOL has deleted it, and it was not archived.",
      runbook: "A video that was lost",
      metric: metrics.count("VideoExpired"),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: ANY_OF_THREE,
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: AT_ONCE, toEnd: 20 },
    },
  ];
}

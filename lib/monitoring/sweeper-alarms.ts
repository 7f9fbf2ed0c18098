import {
  type AlarmRule,
  ANY,
  AT_LEAST,
  HALF_AN_HOUR,
  HOUR,
  IT_HAS_STOPPED,
  LESS_THAN,
  MORE_THAN,
  NOTHING_HAPPENED,
  ONCE,
  QUARTER_HOUR,
} from "#lib/monitoring/alarm-rule.ts";
import type { ArchiverMetrics } from "#lib/monitoring/metrics.ts";

/** The sweeper runs every 5 minutes; a job that is overdue for longer than this waits in vain. */
const SWEEPER_DELAY_SECONDS = 1_800;

/** What the sweeper has seen, and the sweeper itself. */
export function sweeperRules(metrics: ArchiverMetrics): AlarmRule[] {
  return [
    {
      id: "VideoExpiring",
      means: "AKOOL deletes a video within 48 hours that is not archived. Act, or it is lost.",
      runbook: "A video that expires soon",
      metric: metrics.sum("VideoExpiringUnarchived", undefined, HOUR),
      threshold: ANY,
      comparison: AT_LEAST,
      // A job is swept every 2 hours at least.
      periods: { crossed: 1, of: 3 },
      missing: NOTHING_HAPPENED,
    },
    {
      id: "SweeperStopped",
      means: "No run of the sweeper has come to its end for a quarter of an hour.",
      runbook: "The sweeper does not run",
      // Every run measures this at its end, be it 0.
      metric: metrics.times("SweepChecked", "Runs of the sweeper", QUARTER_HOUR),
      threshold: ANY,
      comparison: LESS_THAN,
      periods: ONCE,
      missing: IT_HAS_STOPPED,
    },
    {
      id: "SweeperBehind",
      means: "Jobs wait for the sweeper for longer than half an hour: it cannot keep up.",
      runbook: "The sweeper is behind",
      metric: metrics.maximum("SweepDelay"),
      threshold: SWEEPER_DELAY_SECONDS,
      comparison: MORE_THAN,
      periods: { crossed: 3, of: 3 },
      // That it does not run at all has an alarm of its own.
      missing: NOTHING_HAPPENED,
    },
    {
      id: "SweeperFailing",
      means: "For half an hour there was a job that the sweeper could not deal with.",
      runbook: "The sweeper is behind",
      metric: metrics.sum("SweepFailed"),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: HALF_AN_HOUR,
      missing: NOTHING_HAPPENED,
    },
  ];
}

import { Duration } from "aws-cdk-lib";
import {
  type AlarmRule,
  ANY,
  ANY_OF_THREE,
  AT_LEAST,
  AT_ONCE,
  HOUR,
  IT_HAS_STOPPED,
  LESS_THAN,
  MORE_THAN,
  NOTHING_HAPPENED,
} from "./alarm-rule.ts";
import type { ArchiverMetrics } from "./metrics.ts";

/** The sweeper runs every 5 minutes; a job that is overdue for longer than this waits in vain. */
const SWEEPER_DELAY_SECONDS = 1_800;

/** Runs end up to nine minutes after one another: this long always holds one. */
const TWO_RUNS = Duration.minutes(10);

/** What cannot be published is tried again by every run, and by every poll of its job. */
const UNPUBLISHED_SECONDS = 1_200;

/** What the sweeper has seen, and the sweeper itself. */
export function sweeperRules(metrics: ArchiverMetrics): AlarmRule[] {
  return [
    {
      id: "VideoExpiring",
      means:
        "AKOOL deletes a video, or a file beside it, within 48 hours that is not archived. Act, or it is lost.",
      runbook: "A video that expires soon",
      metric: metrics.count("VideoExpiringUnarchived", HOUR),
      threshold: ANY,
      comparison: AT_LEAST,
      // A job is swept every 2 hours at least.
      periods: { crossed: 1, of: 3 },
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: AT_ONCE, toEnd: 185 },
    },
    {
      id: "SweeperStopped",
      means: "No run of the sweeper has come to its end for a quarter of an hour.",
      runbook: "The sweeper does not run",
      // Every run measures this at its end, be it 0.
      metric: metrics.times("SweepChecked", "Runs of the sweeper"),
      threshold: ANY,
      comparison: LESS_THAN,
      periods: { crossed: 3, of: 3 },
      missing: IT_HAS_STOPPED,
      minutes: { toGoOff: 17, toEnd: AT_ONCE },
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
      minutes: { toGoOff: 25, toEnd: 15 },
    },
    {
      id: "EventsUnpublished",
      means:
        "Changes of jobs have not reached the event bus for 20 minutes. No video is in danger.",
      runbook: "Events that are not published",
      metric: metrics.maximum("UnpublishedAge"),
      threshold: UNPUBLISHED_SECONDS,
      comparison: MORE_THAN,
      periods: ANY_OF_THREE,
      // That the sweeper does not run at all has an alarm of its own.
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: AT_ONCE, toEnd: 20 },
    },
    {
      id: "SweeperFailing",
      means: "For half an hour there was a job that the sweeper could not deal with.",
      runbook: "The sweeper is behind",
      metric: metrics.count("SweepFailed", TWO_RUNS),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: { crossed: 3, of: 4 },
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: 35, toEnd: 25 },
    },
  ];
}

import {
  type AlarmRule,
  ANY,
  ANY_OF_THREE,
  AT_LEAST,
  AT_ONCE,
  HOUR,
  MORE_THAN,
  NOTHING_HAPPENED,
  ONCE,
  QUARTER_HOUR,
} from "./alarm-rule.ts";
import type { ArchiverMetrics } from "./metrics.ts";

/** A few are their callers' mistakes; so many within an hour may have one cause, which is ours. */
const MANY_REFUSALS = 5;

/** AKOOL's own webhooks are never turned away. More than this share is another's, or our fault. */
const UNUSUAL_SHARE = 0.5;
/** Fewer are a stray request or two. AKOOL repeats what was not taken, and so soon gets here. */
const FEWEST_WEBHOOKS = 5;

/** What goes wrong with following jobs. */
export function jobRules(metrics: ArchiverMetrics): AlarmRule[] {
  return [
    {
      id: "OwnFault",
      means:
        "An execution has failed, run out of time, or was ended from outside while its job was " +
        "under way. That is a fault of ours or an intervention, never of AKOOL's.",
      runbook: "An execution that failed",
      metric: metrics.ownFaults(),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: ANY_OF_THREE,
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: AT_ONCE, toEnd: 20 },
    },
    {
      id: "JobsRefused",
      means:
        "Several jobs have ended as rejected or not_found within an hour: the secret may hold the " +
        "key of another account. Such ends are not tried again by themselves.",
      runbook: "Jobs that AKOOL refuses",
      metric: metrics.refusedJobs(HOUR),
      threshold: MANY_REFUSALS,
      comparison: AT_LEAST,
      periods: ONCE,
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: AT_ONCE, toEnd: 65 },
    },
    {
      id: "ImportFailed",
      means: "An import has failed or run out of time: some or all of its jobs are not followed.",
      runbook: "An import that failed",
      metric: metrics.importFaults(),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: ANY_OF_THREE,
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: AT_ONCE, toEnd: 20 },
    },
    {
      id: "DeadLetters",
      means: "Something lies in the dead-letter queue that could not be delivered or acted upon.",
      runbook: "The dead-letter queue",
      metric: metrics.deadLetters(),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: ONCE,
      // SQS stops counting a queue that is empty and unused; one that holds messages it counts.
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: 20, toEnd: 35 },
    },
    {
      id: "WebhooksNotTaken",
      means:
        "Most webhooks are refused or fail: the secret's apiKey or clientId is missing, of a length " +
        "that no cipher has, or not AKOOL's (any more), or somebody forges webhooks. Videos are archived nevertheless, by " +
        "polling.",
      runbook: "The webhook and its alarm",
      metric: metrics.webhooksNotTaken(FEWEST_WEBHOOKS, QUARTER_HOUR),
      threshold: UNUSUAL_SHARE,
      comparison: MORE_THAN,
      periods: ONCE,
      // No webhook at all is nothing unusual.
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: AT_ONCE, toEnd: 20 },
    },
  ];
}

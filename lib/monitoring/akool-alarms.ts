import { Duration } from "aws-cdk-lib";
import {
  type AlarmRule,
  ANY,
  ANY_OF_THREE,
  AT_LEAST,
  AT_ONCE,
  HALF_AN_HOUR_ON_END,
  HOUR,
  MORE_THAN,
  NOTHING_HAPPENED,
  ONCE,
  QUARTER_HOUR,
} from "./alarm-rule.ts";
import type { ArchiverMetrics } from "./metrics.ts";
import { PERIOD } from "./own-metrics.ts";

/** Fewer calls of AKOOL in five minutes say nothing about how many of them are put off. */
const FEWEST_CALLS = 5;
/** A call of AKOOL fails now and then; where more than this share fails, AKOOL is away. */
const OUTAGE_PERCENT = 50;
/**
 * So many periods in a row have to be bad. One of them alone may hold a single call; the middle one
 * is whole, so that a short outage, however many calls it meets, never fills all.
 */
const OUTAGE_PERIODS = 3;
/** Each of these periods holds a call, be there but one job, and that is enough to tell. */
const ONE_JOBS_CALLS = 1;
/** Throttled polls are repeated later; at this share jobs are noticed late. */
const THROTTLED_PERCENT = 20;

/**
 * What AKOOL can do to all jobs at once, and what only a person can settle with it.
 *
 * @param pollMaxSeconds longest wait between two polls of a job that waits
 */
export function akoolRules(metrics: ArchiverMetrics, pollMaxSeconds: number): AlarmRule[] {
  const outagePeriod = periodWithAPoll(pollMaxSeconds);
  const periods = { crossed: 1, of: periodsBetweenPolls(pollMaxSeconds) };
  return [
    {
      id: "AccountFault",
      means:
        "AKOOL refuses the account (key, payment, credit, ban), or the secret with its key is " +
        "missing or malformed. Every job waits; all resume by themselves once it is mended.",
      runbook: "The account's fault",
      metric: metrics.count("AkoolAccountFault"),
      threshold: ANY,
      comparison: AT_LEAST,
      periods,
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: AT_ONCE, toEnd: periods.of * PERIOD.toMinutes() + AT_ONCE },
    },
    {
      id: "AkoolUnreachable",
      means:
        `For ${OUTAGE_PERIODS * outagePeriod.toMinutes()} minutes most calls of AKOOL have brought ` +
        "no usable answer. Every job waits.",
      runbook: "AKOOL cannot be reached",
      metric: metrics.shareOfCalls(
        "AkoolUnavailable",
        "Calls without an answer, %",
        ONE_JOBS_CALLS,
        outagePeriod,
      ),
      threshold: OUTAGE_PERCENT,
      comparison: MORE_THAN,
      periods: { crossed: OUTAGE_PERIODS, of: OUTAGE_PERIODS },
      missing: NOTHING_HAPPENED,
      minutes: {
        toGoOff: OUTAGE_PERIODS * outagePeriod.toMinutes() + AT_ONCE,
        toEnd: outagePeriod.toMinutes() + AT_ONCE,
      },
    },
    {
      id: "AkoolThrottling",
      means: "For half an hour AKOOL has put off many of our calls as too frequent. Jobs are late.",
      runbook: "AKOOL throttles",
      metric: metrics.shareOfCalls("AkoolThrottled", "Throttled calls, %", FEWEST_CALLS),
      threshold: THROTTLED_PERCENT,
      comparison: MORE_THAN,
      periods: HALF_AN_HOUR_ON_END,
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: 35, toEnd: 15 },
    },
    {
      id: "AkoolUndocumented",
      means: "AKOOL has answered with a code or a video status that it does not document.",
      runbook: "A code that AKOOL does not document",
      metric: metrics.count("AkoolUndocumented", HOUR),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: ONCE,
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: AT_ONCE, toEnd: 65 },
    },
    {
      id: "SubmissionUnknown",
      means:
        "A create call brought no usable answer: whether AKOOL has made, and charged, the video " +
        "only a person can find out. Nothing is sent again under its key until then.",
      runbook: "Settling a submission",
      metric: metrics.count("SubmissionUnknown"),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: ANY_OF_THREE,
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: AT_ONCE, toEnd: 20 },
    },
  ];
}

/**
 * A waiting job polls at least once in `pollMaxSeconds`; with room for two polls the alarm stays
 * in ALARM from the first refusal to the mending, instead of notifying again for each job.
 * Decision 0034.
 */
function periodsBetweenPolls(pollMaxSeconds: number): number {
  return Math.ceil((2 * pollMaxSeconds) / PERIOD.toSeconds()) + 1;
}

/**
 * A job that AKOOL does not answer polls again after `pollMaxSeconds` at most; after a day or two,
 * when its polls are spaced to last for all of its time, after about 11 minutes.
 */
function periodWithAPoll(pollMaxSeconds: number): Duration {
  const longer = (Math.floor(pollMaxSeconds / PERIOD.toSeconds()) + 1) * PERIOD.toSeconds();
  return Duration.seconds(Math.max(QUARTER_HOUR.toSeconds(), longer));
}

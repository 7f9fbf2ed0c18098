import { Duration } from "aws-cdk-lib";
import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import { STATUS_METRICS } from "#domain/job/change-metrics.ts";
import { isEnded, JOB_STATUSES } from "#domain/job/job-status.ts";
import type { ArchiverMetrics } from "./metrics.ts";

/** One chart. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly metrics: readonly IMetric[];
  readonly stacked?: boolean;
}

/** One question of whoever polls, and the charts that answer it. */
export interface Section {
  readonly question: string;
  /** How the charts are read. */
  readonly reading: string;
  readonly charts: readonly Chart[];
}

/** The sweeper's longest pause between two checks of one job. */
const LONGEST_SWEEP_PAUSE = Duration.hours(2);

/** The dashboard, from top to bottom. */
export function dashboardSections(metrics: ArchiverMetrics): Section[] {
  return [
    ending(metrics),
    late(metrics),
    stuck(metrics),
    akool(metrics),
    archive(metrics),
    cost(metrics),
  ];
}

function ending(metrics: ArchiverMetrics): Section {
  return {
    question: "Are jobs ending?",
    reading:
      "What begins has to end, as late as a video takes: over a day both charts have the same " +
      "height. **archived** is what you want. `failed`, `rejected` and `not found` are AKOOL's " +
      "verdicts. `timed out`, `archive failed` and `expired` want a person.",
    charts: [
      {
        title: "Attempts that began",
        unit: "per 5 minutes",
        metrics: [metrics.sum("JobBegun", "begun")],
      },
      {
        title: "Attempts that ended, by end",
        unit: "per 5 minutes",
        stacked: true,
        metrics: JOB_STATUSES.filter(isEnded).flatMap((status) => {
          const metric = STATUS_METRICS[status];
          return metric === undefined ? [] : [metrics.sum(metric, status.replaceAll("_", " "))];
        }),
      },
    ],
  };
}

function late(metrics: ArchiverMetrics): Section {
  return {
    question: "How late?",
    reading:
      "The first chart is AKOOL's time, the others are ours. A delay in noticing up to a tenth of " +
      "the age of a job is how it is polled; seconds, where AKOOL calls back. p95 far above p50: " +
      "some jobs wait, see the next question.",
    charts: [
      {
        title: "From creation to completion, at AKOOL",
        unit: "seconds",
        metrics: metrics.spread("CompletionTime"),
      },
      {
        title: "From completion to our notice",
        unit: "seconds",
        metrics: metrics.spread("NoticeDelay"),
      },
      {
        title: "From our notice to the archive",
        unit: "seconds",
        metrics: metrics.spread("ArchiveDelay"),
      },
    ],
  };
}

function stuck(metrics: ArchiverMetrics): Section {
  return {
    question: "Is anything stuck?",
    reading:
      "But for the jobs that the sweeper has seen, this is 0 on a good day. The sweeper starts again what has stopped moving: a few " +
      "restarts after an outage are its work, a steady flow is a fault. Its delay grows when it " +
      "cannot keep up. **Videos that expire soon** are lost unless somebody acts; the " +
      "sweeper counts each at every poll, once in about 2 hours or more often.",
    charts: [
      {
        title: "Faults of our own, failed imports, and dead letters",
        unit: "per 5 minutes",
        metrics: [
          metrics.ownFaults(),
          metrics.importFaults(),
          metrics.deadLetters(),
          metrics.refusedRequests(),
        ],
      },
      {
        title: "Seen by the sweeper, started again, and not dealt with",
        unit: "per 5 minutes",
        metrics: [
          metrics.sum("SweepChecked", "seen"),
          metrics.sum("SweepRestarted", "started again"),
          metrics.sum("SweepFailed", "not dealt with"),
        ],
      },
      {
        title: "Delay of the sweeper",
        unit: "seconds",
        metrics: [
          metrics.maximum("SweepDelay", "most overdue job"),
          metrics.maximum("UnpublishedAge", "oldest unpublished change"),
          metrics.maximum("LedgerDelay", "oldest change that the ledger lacks"),
        ],
      },
      {
        title: "Looks at videos that expire soon, and videos that have expired",
        unit: "per 2 hours",
        metrics: [
          metrics.sum(
            "VideoExpiringUnarchived",
            "looks at videos within 48 hours of their end",
            LONGEST_SWEEP_PAUSE,
          ),
          metrics.sum("VideoExpired", "expired", LONGEST_SWEEP_PAUSE),
        ],
      },
    ],
  };
}

function akool(metrics: ArchiverMetrics): Section {
  return {
    question: "Is AKOOL well?",
    reading:
      "Polls follow the number of jobs. Account faults stop all jobs until a person mends the " +
      "account; the other troubles pass. A share of throttled calls that lasts means that we ask " +
      "too much. Undocumented codes are news about AKOOL's API.",
    charts: [
      {
        title: "Calls",
        unit: "per 5 minutes",
        metrics: [metrics.sum("AkoolLook", "polls"), metrics.sum("AkoolCreate", "create calls")],
      },
      {
        title: "Trouble, by kind",
        unit: "per 5 minutes",
        metrics: [
          metrics.sum("AkoolAccountFault", "account at fault"),
          metrics.sum("AkoolUnavailable", "no usable answer"),
          metrics.sum("AkoolThrottled", "throttled"),
          metrics.sum("AkoolSlowedDown", "told to slow down"),
          metrics.sum("AkoolUndocumented", "undocumented"),
          metrics.sum("SubmissionUnknown", "create of unknown outcome"),
        ],
      },
      {
        title: "Share of throttled calls",
        unit: "percent",
        metrics: [metrics.shareOfCalls("AkoolThrottled", "throttled, %", 1)],
      },
      {
        title: "Webhooks",
        unit: "per 5 minutes",
        metrics: [
          metrics.sum("WebhookVerified", "verified"),
          metrics.sum("WebhookRefused", "refused"),
          metrics.sum("WebhookFailed", "failed"),
          metrics.sum("WebhookWoke", "woke an execution"),
          metrics.sum("WebhookStarted", "began a job"),
          metrics.sum("WebhookStale", "nobody waited"),
          metrics.sum("WebhookReplayed", "replayed"),
          metrics.sum("WebhookIgnored", "ignored"),
          metrics.sum("WebhookMalformed", "without a usable id"),
          metrics.sum("WebhookSecretUnusable", "secret that opens none"),
        ],
      },
    ],
  };
}

function archive(metrics: ArchiverMetrics): Section {
  return {
    question: "Is the archive well?",
    reading:
      "Bytes follow the archived jobs. A copy that failed is repeated; what failed for good is " +
      "counted by who is to blame: **source** is AKOOL or its CDN, **here** is this system.",
    charts: [
      { title: "Archived", unit: "bytes", metrics: [metrics.sum("ArchivedBytes", "bytes")] },
      { title: "Speed of a copy", unit: "MB/s", metrics: metrics.spread("CopyRate") },
      { title: "Time of a copy", unit: "seconds", metrics: metrics.spread("CopyTime") },
      {
        title: "Failures",
        unit: "per 5 minutes",
        metrics: [
          metrics.sum("CopyFailed", "tries"),
          metrics.sum("ArchiveFailedAtSource", "for good: source"),
          metrics.sum("ArchiveFailedHere", "for good: here"),
        ],
      },
    ],
  };
}

function cost(metrics: ArchiverMetrics): Section {
  return {
    question: "What did it cost?",
    reading:
      "Credits are what AKOOL says it has charged for the videos that ended. State transitions are " +
      "most of what a polled job costs at AWS; Step Functions counts them for the whole account " +
      "and region. Prices: docs/costs.md.",
    charts: [
      {
        title: "AKOOL's credits",
        unit: "credits",
        metrics: [metrics.sum("CreditsCharged", "credits")],
      },
      {
        title: "The budget of credits: used, warned of, and refused",
        unit: "percent, and per 5 minutes",
        metrics: [
          metrics.maximum("CreditBudgetUsed", "used, %"),
          metrics.sum("CreditBudgetReached", "shares reached"),
          metrics.sum("CreditBudgetRefused", "swaps refused"),
        ],
      },
      {
        title: "State transitions, and executions",
        unit: "per 5 minutes",
        metrics: [metrics.stateTransitions(), metrics.executionsStarted()],
      },
      { title: "Lambda", unit: "GB-seconds", metrics: [metrics.gigabyteSeconds()] },
    ],
  };
}

/** The CloudWatch namespace of a function that no stack has given one. */
export const METRIC_NAMESPACE = "AkoolVideoArchiver";

/**
 * Every metric that a function may write, with CloudWatch's unit. One metric is one thing that
 * happened or was measured; none has the job among its dimensions, since each combination is
 * billed.
 */
export const METRICS = {
  /** Attempts at jobs that have begun: first ones, and those after an end or a dead execution. */
  JobBegun: "Count",
  /** Attempts that have ended, one metric an end. */
  JobArchived: "Count",
  JobFailed: "Count",
  JobRejected: "Count",
  JobNotFound: "Count",
  JobTimedOut: "Count",
  JobCancelled: "Count",
  JobArchiveFailed: "Count",
  /**
   * Videos that were given up because AKOOL has deleted them, and files beside an archived video that
   * were.
   */
  VideoExpired: "Count",
  /** Jobs that a fault of ours has stopped, and whose record tells which. */
  JobFaulted: "Count",
  /** From the creation at AKOOL to the completion there. */
  CompletionTime: "Seconds",
  /** From the completion at AKOOL to our record of it. */
  NoticeDelay: "Seconds",
  /** From our record of the completion to the video in the bucket. */
  ArchiveDelay: "Seconds",
  /** What AKOOL says that it has charged for a video. */
  CreditsCharged: "Count",
  /** Polls of AKOOL, whatever came of them. */
  AkoolLook: "Count",
  /** Times that all jobs were slowed down together, because AKOOL has asked one of them to. */
  AkoolSlowedDown: "Count",
  /** Billable create calls, whatever came of them. */
  AkoolCreate: "Count",
  /** Polls and creates that AKOOL has put off as too frequent. */
  AkoolThrottled: "Count",
  /** Polls and creates without a usable answer. */
  AkoolUnavailable: "Count",
  /**
   * Polls and creates for which AKOOL refuses the account (key, payment, credit, ban), or without a
   * key.
   */
  AkoolAccountFault: "Count",
  /** Answers with a code or a video status that AKOOL does not document. */
  AkoolUndocumented: "Count",
  /** Create calls of which only a person can say whether AKOOL has made, and charged, the video. */
  SubmissionUnknown: "Count",
  /** How long the oldest change that the ledger's sums lack after a run has been there; usually 0. */
  LedgerDelay: "Seconds",
  /** What AKOOL has charged in the budget's period, as a share of the budget. */
  CreditBudgetUsed: "Percent",
  /** Shares of the budget that were reached: one a period and share. */
  CreditBudgetReached: "Count",
  /** Character swaps that were refused because of the budget. */
  CreditBudgetRefused: "Count",
  /** Size of the videos that were archived. */
  ArchivedBytes: "Bytes",
  /** Time of one copy that succeeded. */
  CopyTime: "Seconds",
  /** Speed of one copy that succeeded. */
  CopyRate: "Megabytes/Second",
  /** Tries to copy a video that failed; most of them are repeated. */
  CopyFailed: "Count",
  /** Videos that could not be archived because of AKOOL or its CDN. */
  ArchiveFailedAtSource: "Count",
  /** Videos that could not be archived through a fault of ours. */
  ArchiveFailedHere: "Count",
  /** Webhooks by what became of them, as `WebhookOutcome` tells. */
  WebhookVerified: "Count",
  WebhookRefused: "Count",
  WebhookFailed: "Count",
  WebhookWoke: "Count",
  WebhookStale: "Count",
  WebhookStarted: "Count",
  WebhookReplayed: "Count",
  WebhookIgnored: "Count",
  /** Verified webhooks without an id that a job can have. */
  WebhookMalformed: "Count",
  /**
   * Times that the secret was read and no webhook could be opened with it: its shape or its length.
   */
  WebhookSecretUnusable: "Count",
  /** Jobs that one run of the sweeper has checked. */
  SweepChecked: "Count",
  /** Jobs that had stopped moving and that the sweeper has started again. */
  SweepRestarted: "Count",
  /** Jobs that the sweeper could not deal with in this run; they come again. */
  SweepFailed: "Count",
  /** How long the most overdue job has waited for the sweeper; grows when it cannot keep up. */
  SweepDelay: "Seconds",
  /** How long the oldest change that the sweeper could not publish has been due; usually 0. */
  UnpublishedAge: "Seconds",
  /**
   * Checks by the sweeper of a job whose video, or a file beside it, is unarchived and is deleted by
   * AKOOL within 48 hours, or has been deleted: for each such job one every 2 hours at least, and up to one a run.
   */
  VideoExpiringUnarchived: "Count",
} as const;

export type MetricName = keyof typeof METRICS;

/** Where the functions count and measure. Nothing in it can fail the work that is measured. */
export interface Meter {
  /** @param value in the metric's unit; 1 for what is merely counted */
  add(metric: MetricName, value?: number): void;
}

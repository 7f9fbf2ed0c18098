/** The CloudWatch namespace of everything that the functions measure. */
export const METRIC_NAMESPACE = "AkoolVideoArchiver";

/**
 * Every metric that a function may write, with CloudWatch's unit. One metric is one thing that
 * happened or was measured; none has the job among its dimensions, since each combination is billed.
 */
export const METRICS = {
  /** Looks at AKOOL, whatever came of them. */
  AkoolLook: "Count",
  /** Jobs that one run of the sweeper has looked at. */
  SweepChecked: "Count",
  /** Jobs that had stopped moving and that the sweeper has started again. */
  SweepRestarted: "Count",
  /** Jobs that the sweeper could not deal with in this run; they come again. */
  SweepFailed: "Count",
  /** How long the most overdue job has waited for the sweeper; grows when it cannot keep up. */
  SweepDelay: "Seconds",
  /** Unarchived videos, seen by one run of the sweeper, that AKOOL deletes within 48 hours. */
  VideoExpiringUnarchived: "Count",
  /** Videos that were given up because AKOOL has deleted them. */
  VideoExpired: "Count",
} as const;

export type MetricName = keyof typeof METRICS;

/** Where the functions count and measure. Nothing in it can fail the work that is measured. */
export interface Meter {
  /** @param value in the metric's unit; 1 for what is merely counted */
  add(metric: MetricName, value?: number): void;
}

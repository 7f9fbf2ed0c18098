import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";

/** One alarm of the stack. */
export interface AlarmRule {
  /** The construct's name. */
  readonly id: string;
  /** What it means, for whoever is woken by it. */
  readonly means: string;
  /** The heading in `docs/operations.md` that says how to look and what to do. */
  readonly runbook: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  /** In how many of the last periods the threshold has to be crossed. */
  readonly periods: { readonly crossed: number; readonly of: number };
  readonly missing: TreatMissingData;
}

export const AT_LEAST = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
export const MORE_THAN = ComparisonOperator.GREATER_THAN_THRESHOLD;
export const LESS_THAN = ComparisonOperator.LESS_THAN_THRESHOLD;

/** What must not happen at all. */
export const ANY = 1;
/** What may happen now and then, since it is repeated; more within one period is no accident. */
export const SEVERAL = 5;

export const QUARTER_HOUR = Duration.minutes(15);
export const HOUR = Duration.hours(1);

export const ONCE = { crossed: 1, of: 1 };
/** Of the metric's five minutes each. */
export const HALF_AN_HOUR = { crossed: 6, of: 6 };

/** What was not counted did not happen. */
export const NOTHING_HAPPENED = TreatMissingData.NOT_BREACHING;
/** What should be counted all the time has stopped. */
export const IT_HAS_STOPPED = TreatMissingData.BREACHING;

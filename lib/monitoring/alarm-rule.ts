import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";

/** One alarm of the stack. */
export interface AlarmRule {
  /** The construct's name. */
  readonly id: string;
  /** What it means, for whoever is woken by it. */
  readonly means: string;
  /** The heading in `docs/operations.md` that says how to investigate and what to do. */
  readonly runbook: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  /** In how many of the last periods the threshold has to be crossed. */
  readonly periods: Periods;
  readonly missing: TreatMissingData;
  /** How long it takes, in minutes, as a test finds it with CloudWatch's documented evaluation. */
  readonly minutes: {
    /** From its cause, which goes on, to the alarm, at the latest. */
    readonly toGoOff: number;
    /** From the end of the cause to the end of the alarm, at the latest. */
    readonly toEnd: number;
  };
}

export interface Periods {
  readonly crossed: number;
  readonly of: number;
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

/**
 * CloudWatch counts backwards from now, every minute, and what it counts comes some minutes late. A
 * short period in which 0 stands for what was not counted can so be over before its data are there:
 * the two before it count as well. Decision 0068.
 */
export const ANY_OF_THREE: Periods = { crossed: 1, of: 3 };
/** For an hour, which is never over before its data are there. */
export const ONCE: Periods = { crossed: 1, of: 1 };
/** Of the metric's five minutes each: the newest may not have its data yet. */
export const QUARTER_HOUR_ON_END: Periods = { crossed: 3, of: 4 };
export const HALF_AN_HOUR_ON_END: Periods = { crossed: 6, of: 7 };

/** CloudWatch has an event within three minutes, and evaluates it every minute. */
export const AT_ONCE = 5;

/** What was not counted did not happen. */
export const NOTHING_HAPPENED = TreatMissingData.NOT_BREACHING;
/** What should be counted all the time has stopped. */
export const IT_HAS_STOPPED = TreatMissingData.BREACHING;

import { Duration } from "aws-cdk-lib";
import { type IMetric, MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { MetricName } from "#domain/metrics.ts";

/** What charts and most alarms count by. */
export const PERIOD = Duration.minutes(5);

/** The metrics that the functions of one stack write. */
export class OwnMetrics {
  readonly #stackName: string;

  constructor(stackName: string) {
    this.#stackName = stackName;
  }

  /** How often something happened, or the sum of what was measured. */
  sum(metricName: MetricName, label: string = metricName, period = PERIOD): Metric {
    return this.#own(metricName, Stats.SUM, label, period);
  }

  /**
   * How often something happened, 0 where it was not counted. CloudWatch passes over a period without
   * data and takes an older one, so that an alarm on the bare metric would last for longer than its
   * periods.
   */
  count(metricName: MetricName, period = PERIOD): MathExpression {
    return filled(metricName, this.sum(metricName), period);
  }

  /** How many times it was measured, whatever the value; 0 where it was not measured. */
  times(metricName: MetricName, label: string, period = PERIOD): MathExpression {
    return filled(label, this.#own(metricName, Stats.SAMPLE_COUNT, label, period), period);
  }

  /** The largest value that was measured. */
  maximum(metricName: MetricName, label: string = metricName, period = PERIOD): Metric {
    return this.#own(metricName, Stats.MAXIMUM, label, period);
  }

  /** The median and the nearly worst case of what was measured. */
  spread(metricName: MetricName): Metric[] {
    return [
      this.#own(metricName, Stats.percentile(50), `${metricName} p50`, PERIOD),
      this.#own(metricName, Stats.percentile(95), `${metricName} p95`, PERIOD),
    ];
  }

  /**
   * How large a part of the polls and create calls had this outcome, in percent; 0 while there are
   * too few to tell.
   */
  shareOfCalls(
    metricName: MetricName,
    label: string,
    fewest: number,
    period = PERIOD,
  ): MathExpression {
    const calls = "(FILL(polls, 0) + FILL(creates, 0))";
    return new MathExpression({
      label,
      expression: `IF(${calls} >= ${fewest}, 100 * FILL(part, 0) / ${calls}, 0)`,
      usingMetrics: {
        part: this.sum(metricName),
        polls: this.sum("AkoolLook"),
        creates: this.sum("AkoolCreate"),
      },
      period,
    });
  }

  /**
   * Share of webhooks that were not taken, from 0 to 1; 0 while these are fewer than `fewest`.
   *
   * @param period what counts as "now"
   */
  webhooksNotTaken(fewest: number, period: Duration): MathExpression {
    // What did not happen was not counted, not even as 0.
    const notTaken = "(FILL(refused, 0) + FILL(failed, 0))";
    return new MathExpression({
      label: "Share of webhooks that were not taken",
      expression: `IF(${notTaken} >= ${fewest}, ${notTaken} / (${notTaken} + FILL(verified, 0)), 0)`,
      usingMetrics: {
        refused: this.sum("WebhookRefused"),
        failed: this.sum("WebhookFailed"),
        verified: this.sum("WebhookVerified"),
      },
      period,
    });
  }

  /** Requests by event that name no job; the workflow's log counts them. */
  refusedRequests(): Metric {
    return new Metric({
      namespace: this.#stackName,
      metricName: "RefusedRequests",
      statistic: Stats.SUM,
      period: PERIOD,
    });
  }

  #own(metricName: MetricName, statistic: string, label: string, period: Duration): Metric {
    return new Metric({
      namespace: this.#stackName,
      metricName,
      dimensionsMap: { service: this.#stackName },
      statistic,
      label,
      period,
    });
  }
}

/** A metric in which what was not counted is 0. */
export function filled(label: string, metric: IMetric, period = PERIOD): MathExpression {
  return new MathExpression({
    label,
    expression: "FILL(counted, 0)",
    usingMetrics: { counted: metric },
    period,
  });
}

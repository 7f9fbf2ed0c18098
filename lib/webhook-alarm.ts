import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { COMMON_ENVIRONMENT } from "#lib/function-environment.ts";

/** AKOOL's own webhooks are never turned away. More than this share is another's, or our fault. */
const UNUSUAL_SHARE = 0.5;
/** Fewer are a stray request or two. AKOOL repeats what was not taken, and so soon gets here. */
const FEWEST_THAT_COUNT = 5;
const PERIOD = Duration.minutes(15);
// What did not happen was not counted, not even as 0.
const NOT_TAKEN = "(FILL(refused, 0) + FILL(failed, 0))";

/** One of the counts that the webhook's function keeps (CloudWatch's embedded metric format). */
function count(metricName: string): Metric {
  return new Metric({
    namespace: "AkoolVideoArchiver",
    metricName,
    dimensionsMap: { service: COMMON_ENVIRONMENT.POWERTOOLS_SERVICE_NAME },
    statistic: Stats.SUM,
  });
}

/**
 * Says when most webhooks are refused, or fail in our function: the secret is not what AKOOL signs
 * with, or lacks a part, or somebody forges. Jobs then still end, by polling, only later; hence an
 * alarm instead of silence.
 */
export class WebhookAlarm extends Construct {
  /** @param topicArn where the alarm is announced; without one it only shows in CloudWatch */
  constructor(scope: Construct, id: string, topicArn: string | undefined) {
    super(scope, id);
    const alarm = new Alarm(this, "Refusals", {
      alarmDescription:
        "Most webhooks are refused or fail: the secret's apiKey or clientId is missing or not " +
        "AKOOL's (any more), or somebody forges webhooks. Videos are archived nevertheless, by " +
        "polling.",
      metric: new MathExpression({
        label: "Share of webhooks that were not taken",
        expression: `IF(${NOT_TAKEN} >= ${FEWEST_THAT_COUNT}, ${NOT_TAKEN} / (${NOT_TAKEN} + FILL(verified, 0)), 0)`,
        usingMetrics: {
          refused: count("WebhookRefused"),
          failed: count("WebhookFailed"),
          verified: count("WebhookVerified"),
        },
        period: PERIOD,
      }),
      threshold: UNUSUAL_SHARE,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // No webhook at all is nothing unusual.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (topicArn === undefined) return;
    alarm.addAlarmAction(new SnsAction(Topic.fromTopicArn(this, "Topic", topicArn)));
  }
}

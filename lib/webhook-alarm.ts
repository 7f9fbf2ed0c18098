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

/** AKOOL's own webhooks are never refused. More than this share is another's, or our secret's. */
const UNUSUAL_SHARE_OF_REFUSALS = 0.5;
/** Fewer are a stray request or two. AKOOL repeats what is refused, and so soon gets here. */
const FEWEST_REFUSALS_THAT_COUNT = 5;
const PERIOD = Duration.minutes(15);

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
 * Says when most webhooks are refused: the secret is not what AKOOL signs with, or somebody forges.
 * Jobs then still end, by polling, only later; hence an alarm instead of silence.
 */
export class WebhookAlarm extends Construct {
  /** @param topicArn where the alarm is announced; without one it only shows in CloudWatch */
  constructor(scope: Construct, id: string, topicArn: string | undefined) {
    super(scope, id);
    const alarm = new Alarm(this, "Refusals", {
      alarmDescription:
        "Most webhooks are refused: the secret's apiKey or clientId is not AKOOL's (any more), or " +
        "somebody forges webhooks. Videos are archived nevertheless, by polling.",
      metric: new MathExpression({
        label: "Share of webhooks that were refused",
        // What did not happen was not counted, not even as 0.
        expression:
          `IF(FILL(refused, 0) >= ${FEWEST_REFUSALS_THAT_COUNT}, ` +
          "FILL(refused, 0) / (FILL(refused, 0) + FILL(verified, 0)), 0)",
        usingMetrics: { refused: count("WebhookRefused"), verified: count("WebhookVerified") },
        period: PERIOD,
      }),
      threshold: UNUSUAL_SHARE_OF_REFUSALS,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // No webhook at all is nothing unusual.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (topicArn === undefined) return;
    alarm.addAlarmAction(new SnsAction(Topic.fromTopicArn(this, "Topic", topicArn)));
  }
}

import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, it } from "vitest";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms";

/** A count of the webhook's function, in quarters of an hour. */
const countOf = (Id: string, MetricName: string) => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: "AkoolVideoArchiver",
      MetricName,
      Dimensions: [{ Name: "service", Value: "akool-video-archiver" }],
    },
    Period: 900,
    Stat: "Sum",
  },
  ReturnData: false,
});

let template: Template;
beforeAll(() => {
  template = synthesizeTemplate();
});

describe("the alarm", () => {
  it("goes off when most webhooks of a quarter of an hour were not taken, five at least", () => {
    template.resourceCountIs("AWS::CloudWatch::Alarm", 1);
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      Metrics: [
        Match.objectLike({
          Expression:
            "IF((FILL(refused, 0) + FILL(failed, 0)) >= 5, (FILL(refused, 0) + FILL(failed, 0)) / " +
            "((FILL(refused, 0) + FILL(failed, 0)) + FILL(verified, 0)), 0)",
          ReturnData: true,
        }),
        countOf("refused", "WebhookRefused"),
        countOf("failed", "WebhookFailed"),
        countOf("verified", "WebhookVerified"),
      ],
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 0.5,
      EvaluationPeriods: 1,
    });
  });

  it("is silent while no webhook comes", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      TreatMissingData: "notBreaching",
    });
  });

  it("does nothing by itself", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmActions: Match.absent(),
      OKActions: Match.absent(),
      InsufficientDataActions: Match.absent(),
    });
  });

  it("is announced on the topic that is configured", () => {
    const announced = synthesizeTemplate({ archiver: { alarmTopicArn: TOPIC } });

    announced.hasResourceProperties("AWS::CloudWatch::Alarm", { AlarmActions: [TOPIC] });
    announced.resourceCountIs("AWS::SNS::Topic", 0);
  });
});

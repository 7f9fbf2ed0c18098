import { Aws, Stack, Validations } from "aws-cdk-lib";
import { SlackChannelConfiguration } from "aws-cdk-lib/aws-chatbot";
import * as iam from "aws-cdk-lib/aws-iam";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";

/** Who is told of alarms; with nobody, they only show in CloudWatch. */
export interface AlarmReceivers {
  /** An existing topic; by default the stack makes one when there is somebody to tell. */
  readonly alarmTopicArn: string | undefined;
  readonly alarmEmail: string | undefined;
  readonly slack: { readonly workspaceId: string; readonly channelId: string } | undefined;
}

/** The topic that alarms are published on, with its subscribers. */
export function alarmTopic(scope: Construct, receivers: AlarmReceivers): ITopic | undefined {
  const { alarmTopicArn, alarmEmail, slack } = receivers;
  if (alarmTopicArn === undefined && alarmEmail === undefined && slack === undefined) {
    return undefined;
  }
  const topic =
    alarmTopicArn === undefined
      ? ownTopic(scope)
      : Topic.fromTopicArn(scope, "Topic", alarmTopicArn);
  if (alarmEmail !== undefined) {
    Validations.of(topic.addSubscription(new EmailSubscription(alarmEmail))).acknowledge({
      id: "Serverless-SNSRedrivePolicy",
      reason: "A mail that SNS could not hand over is no use later: the alarm still shows.",
    });
  }
  if (slack !== undefined) {
    new SlackChannelConfiguration(scope, "Slack", {
      slackChannelConfigurationName: `${Stack.of(scope).stackName}-alarms`,
      slackWorkspaceId: slack.workspaceId,
      slackChannelId: slack.channelId,
      notificationTopics: [topic],
      // Without a guardrail, members of the channel could do what an administrator may.
      guardrailPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName("CloudWatchReadOnlyAccess")],
    });
  }
  return topic;
}

/** Not encrypted with a key: CloudWatch may not use AWS's own for SNS, and alarms hold no secret. */
function ownTopic(scope: Construct): Topic {
  const topic = new Topic(scope, "AlarmTopic", {
    displayName: `Alarms of ${Stack.of(scope).stackName}`,
    enforceSSL: true,
  });
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
    }),
  );
  return topic;
}

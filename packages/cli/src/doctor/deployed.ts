import type { MetricDataResult } from "@aws-sdk/client-cloudwatch";
import type { Session } from "../target/session.ts";
import type { AwsConfiguration } from "../target/stack.ts";
import { type Finding, fine, guarded, todo } from "./finding.ts";
import { checkSecret, missingSecret } from "./secret.ts";

const WEBHOOK_DAYS = 7;
const SWEEPER_MINUTES = 20;
/** What AWS gives a new account is far less than copies and polls need at once. */
const FEW_EXECUTIONS = 100;

/** Everything that AWS tells of a deployed stack, but for its API. */
export async function checkStack(
  { outputs, target }: Session,
  configuration: AwsConfiguration,
): Promise<Finding[]> {
  const stack = target.kind === "stack" ? target.stack : "";
  const checks = [
    guarded("secret", () => secret(outputs.AkoolSecretName ?? "", configuration)),
    guarded("alarms", () => alarms(stack, configuration)),
    guarded("webhook", () => webhook(stack, outputs.WebhookUrl ?? "", configuration)),
    guarded("sweeper", () => sweeper(stack, configuration)),
    guarded("dead letters", () =>
      deadLetters(outputs.DeadLetterQueueUrl ?? "", stack, configuration),
    ),
    guarded("concurrency", () => concurrency(configuration)),
  ];
  return (await Promise.all(checks)).flat();
}

async function secret(name: string, configuration: AwsConfiguration): Promise<Finding[]> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import(
    "@aws-sdk/client-secrets-manager"
  );
  const client = new SecretsManagerClient(configuration);
  try {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return checkSecret(SecretString, name);
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException")
      return [missingSecret(name)];
    throw error;
  }
}

async function alarms(stack: string, configuration: AwsConfiguration): Promise<Finding[]> {
  const { CloudWatchClient, paginateDescribeAlarms } = await import("@aws-sdk/client-cloudwatch");
  const client = new CloudWatchClient(configuration);
  const topics = new Set<string>();
  const ringing: string[] = [];
  const pages = paginateDescribeAlarms({ client }, { AlarmNamePrefix: `${stack}-Monitoring` });
  for await (const { MetricAlarms = [] } of pages) {
    for (const { AlarmName = "", AlarmActions = [], StateValue } of MetricAlarms) {
      for (const action of AlarmActions) if (action.includes(":sns:")) topics.add(action);
      if (StateValue === "ALARM") ringing.push(AlarmName);
    }
  }
  const state =
    ringing.length === 0
      ? fine("alarms", "none is going off")
      : todo(
          "alarms",
          `${ringing.length} going off: ${ringing.join(", ")}`,
          "see docs/operations.md, The alarms",
        );
  return [state, ...(await subscribers([...topics], configuration))];
}

async function subscribers(
  topics: readonly string[],
  configuration: AwsConfiguration,
): Promise<Finding[]> {
  const check = "alarm subscribers";
  if (topics.length === 0) {
    return [
      todo(
        check,
        "alarms are told to nobody",
        "npx cdk deploy -c archiver.alarmEmail=you@example.com",
      ),
    ];
  }
  const { GetTopicAttributesCommand, SNSClient } = await import("@aws-sdk/client-sns");
  const client = new SNSClient(configuration);
  return Promise.all(
    topics.map(async (TopicArn) => {
      const { Attributes = {} } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
      const confirmed = Number(Attributes.SubscriptionsConfirmed ?? 0);
      if (confirmed > 0) return fine(check, `${confirmed} on ${TopicArn}`);
      const pending = Number(Attributes.SubscriptionsPending ?? 0);
      const found = pending > 0 ? `${pending} has not confirmed yet` : "the topic has none";
      return todo(
        check,
        found,
        `aws sns subscribe --topic-arn ${TopicArn} --protocol email --notification-endpoint you@example.com, and confirm`,
      );
    }),
  );
}

async function webhook(
  stack: string,
  url: string,
  configuration: AwsConfiguration,
): Promise<Finding[]> {
  const names = ["WebhookVerified", "WebhookRefused"];
  const [verified = 0, refused = 0] = await sums(
    stack,
    names,
    WEBHOOK_DAYS * 86_400,
    "Sum",
    configuration,
  );
  if (verified > 0) return [fine("webhook", `${verified} opened in ${WEBHOOK_DAYS} days`)];
  const remedy =
    refused > 0
      ? "the secret's clientId and apiKey are not those of the account that makes the videos: akool-archiver doctor after mending them"
      : `give AKOOL's create calls "webhookurl":"${url}", or create swaps by this API`;
  return [todo("webhook", `none was opened in ${WEBHOOK_DAYS} days, ${refused} refused`, remedy)];
}

async function sweeper(stack: string, configuration: AwsConfiguration): Promise<Finding[]> {
  const [runs = 0] = await sums(
    stack,
    ["SweepChecked"],
    SWEEPER_MINUTES * 60,
    "SampleCount",
    configuration,
  );
  if (runs > 0) return [fine("sweeper", `ran in the last ${SWEEPER_MINUTES} minutes`)];
  return [
    todo(
      "sweeper",
      `has not run for ${SWEEPER_MINUTES} minutes: jobs that stand still stay so`,
      "see docs/operations.md, The sweeper does not run; its schedule: aws events list-rules --name-prefix " +
        stack,
    ),
  ];
}

/** One figure a metric, over the last seconds. */
async function sums(
  stack: string,
  names: readonly string[],
  seconds: number,
  Stat: "Sum" | "SampleCount",
  configuration: AwsConfiguration,
): Promise<number[]> {
  const { CloudWatchClient, GetMetricDataCommand } = await import("@aws-sdk/client-cloudwatch");
  const client = new CloudWatchClient(configuration);
  const now = Date.now();
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - seconds * 1000),
      EndTime: new Date(now),
      MetricDataQueries: names.map((MetricName, index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: {
            Namespace: stack,
            MetricName,
            Dimensions: [{ Name: "service", Value: stack }],
          },
          Period: seconds > 3600 ? 3600 : 60,
          Stat,
        },
      })),
    }),
  );
  return names.map((_, index) => total(MetricDataResults.find(({ Id }) => Id === `m${index}`)));
}

function total(result: MetricDataResult | undefined): number {
  return (result?.Values ?? []).reduce((sum, value) => sum + value, 0);
}

async function deadLetters(
  queue: string,
  stack: string,
  configuration: AwsConfiguration,
): Promise<Finding[]> {
  const { GetQueueAttributesCommand, SQSClient } = await import("@aws-sdk/client-sqs");
  const { Attributes = {} } = await new SQSClient(configuration).send(
    new GetQueueAttributesCommand({
      QueueUrl: queue,
      AttributeNames: ["ApproximateNumberOfMessages"],
    }),
  );
  const waiting = Number(Attributes.ApproximateNumberOfMessages ?? 0);
  if (waiting === 0) return [fine("dead letters", "none")];
  return [
    todo(
      "dead letters",
      `${waiting} in the queue`,
      `akool-archiver dead-letters list --stack ${stack}`,
    ),
  ];
}

async function concurrency(configuration: AwsConfiguration): Promise<Finding[]> {
  const { GetAccountSettingsCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  const { AccountLimit } = await new LambdaClient(configuration).send(
    new GetAccountSettingsCommand({}),
  );
  const limit = AccountLimit?.ConcurrentExecutions ?? 0;
  if (limit >= FEW_EXECUTIONS) return [fine("concurrency", `${limit} executions at once`)];
  return [
    todo(
      "concurrency",
      `Lambda runs ${limit} executions at once in this account`,
      "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000",
    ),
  ];
}

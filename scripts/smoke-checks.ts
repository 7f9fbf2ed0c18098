import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  ListMetricsCommand,
} from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { JOB_REQUESTED_DETAIL_TYPE } from "#domain/events/events.ts";
import { type Check, type Finding, failed, ok, unchecked, warning } from "./checks.ts";
import { fetchSigned } from "./signed-request.ts";

/** A deployed stack, as its checks see it. */
export interface DeployedStack {
  readonly stackName: string;
  readonly region: string;
  readonly output: (name: string) => string;
}

/** An event reaches the queue within seconds; EventBridge and Step Functions promise no time. */
const PATIENCE_MS = 60_000;

/** Everything that can be seen of a stack without a job at AKOOL. */
export function smokeChecks(stack: DeployedStack): readonly Check[] {
  return [
    { name: "health", run: () => answersWith(stack, 200, { path: "/health" }) },
    {
      name: "an id that is none",
      run: () => answersWith(stack, 400, { path: "/jobs", body: { videoModelId: "x" } }),
    },
    { name: "an unsigned call", run: () => refusesUnsigned(stack) },
    { name: "a forged webhook", run: () => refusesWebhook(stack) },
    { name: "an event, the machine and the dead-letter queue", run: () => refusesEvent(stack) },
    { name: "metrics", run: () => seesMetrics(stack) },
    { name: "alarms", run: () => hasNoAlarm(stack) },
    {
      name: "AKOOL",
      run: async () => unchecked("a job, its copy and AKOOL's own webhook: submit a first video"),
    },
  ];
}

async function answersWith(
  { output, region }: DeployedStack,
  wanted: number,
  { path, body }: { readonly path: string; readonly body?: object },
): Promise<Finding> {
  const address = new URL(path, output("ApiUrl")).href;
  const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const { status } = await fetchSigned(address, region, request);
  if (status === wanted) return ok(`HTTP ${status}`);
  if (status === 401) return unchecked("the API takes tokens (jwtIssuer); this signs with IAM");
  if (status === 403) return unchecked("the caller may not call the API (execute-api:Invoke)");
  return failed(`HTTP ${status}, not ${wanted}`);
}

async function refusesUnsigned({ output }: DeployedStack): Promise<Finding> {
  const { status } = await fetch(new URL("/jobs", output("ApiUrl")));
  return status === 401 || status === 403
    ? ok(`refused with HTTP ${status}`)
    : failed(`HTTP ${status}: it is open to anybody`);
}

async function refusesWebhook({ output }: DeployedStack): Promise<Finding> {
  const forged = { signature: "0".repeat(40), dataEncrypt: "AAAA", timestamp: 1, nonce: 1 };
  const { status } = await fetch(output("WebhookUrl"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(forged),
  });
  return status === 400 ? ok("refused with HTTP 400") : failed(`HTTP ${status}, not 400`);
}

/** A request without a usable id goes all the way, and to nobody but the queue. */
async function refusesEvent({ output }: DeployedStack): Promise<Finding> {
  const mark = `smoke!${randomUUID()}`;
  const entry = {
    EventBusName: output("EventBusName"),
    Source: "akool-video-archiver.smoke",
    DetailType: JOB_REQUESTED_DETAIL_TYPE,
    Detail: JSON.stringify({ videoModelId: mark }),
  };
  await new EventBridgeClient().send(new PutEventsCommand({ Entries: [entry] }));
  const sqs = new SQSClient();
  const QueueUrl = output("DeadLetterQueueUrl");
  const asked = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 5,
  });
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(1_000)) {
    const { Messages = [] } = await sqs.send(asked);
    const own = Messages.find(({ Body }) => Body?.includes(mark));
    if (own === undefined) continue;
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: own.ReceiptHandle }));
    return ok("came through and was taken out of the queue again");
  }
  return failed(`did not come to the dead-letter queue within ${PATIENCE_MS / 1000} s`);
}

async function seesMetrics({ stackName }: DeployedStack): Promise<Finding> {
  const asked = new ListMetricsCommand({ Namespace: stackName });
  const { Metrics = [] } = await new CloudWatchClient().send(asked);
  const names = new Set(Metrics.map(({ MetricName }) => MetricName));
  return names.size > 0
    ? ok(`${names.size} of the archiver's own`)
    : unchecked("none yet; the first come some minutes after the sweeper's first run");
}

async function hasNoAlarm({ stackName }: DeployedStack): Promise<Finding> {
  const AlarmNamePrefix = `${stackName}-`;
  const asked = new DescribeAlarmsCommand({ AlarmNamePrefix, MaxRecords: 100 });
  const { MetricAlarms = [] } = await new CloudWatchClient().send(asked);
  const raised = MetricAlarms.filter(({ StateValue }) => StateValue === "ALARM");
  if (MetricAlarms.length === 0) return failed("the stack has none");
  if (raised.length === 0) return ok(`none of ${MetricAlarms.length} is raised`);
  return warning(`raised: ${raised.map(({ AlarmName }) => AlarmName).join(", ")}`);
}

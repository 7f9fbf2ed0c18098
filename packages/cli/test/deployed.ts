import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { vi } from "vitest";

export const STACK = "AkoolVideoArchiver";
const TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms";

/** What a deployed stack's services say, as far as the command asks; everything is well in it. */
export function wellDeployed() {
  return {
    secret: JSON.stringify({ apiKey: "k".repeat(24), clientId: "client" }) as string | undefined,
    alarmTopics: [TOPIC],
    ringing: [] as string[],
    subscribers: "1",
    pending: "0",
    deadLetters: [] as { body: unknown; attributes?: Record<string, string> }[],
    metrics: { WebhookVerified: 3, WebhookRefused: 0, SweepChecked: 4 } as Record<string, number>,
    concurrency: 1_000,
    jobs: [] as Record<string, unknown>[],
    /** What the API says instead, by method and path. */
    answers: {} as Record<string, { status: number; body: unknown }>,
    /** Further outputs of the stack. */
    outputs: {} as Record<string, string>,
    stack: "well" as "well" | "missing" | "foreign",
    /** What S3 says of a list that was uploaded before. */
    uploadedBytes: undefined as number | undefined,
  };
}

export type Deployed = ReturnType<typeof wellDeployed>;

interface Call {
  readonly operation: string;
  readonly path: string;
  readonly input: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
}

/** AWS and the stack's API behind one address, to which the SDK is sent by the environment. */
export async function serveDeployed(deployed: Deployed) {
  const calls: Call[] = [];
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_PROFILE", undefined);

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const input = await bodyOf(request);
    const operation = operationOf(request, input);
    const { authorization, "content-type": contentType, accept } = request.headers;
    calls.push({ operation, path: request.url ?? "", input, authorization, contentType, accept });
    if (request.method === "HEAD") {
      const { uploadedBytes } = deployed;
      response.writeHead(uploadedBytes === undefined ? 404 : 200, {
        "content-length": uploadedBytes ?? 0,
      });
      response.end();
      return;
    }
    const { status, body } = answerTo(operation, deployed, url, input);
    const type = body.startsWith("<") ? "text/xml" : "application/json";
    response.writeHead(status, { "content-type": type }).end(body);
  }
  return {
    calls,
    async close() {
      vi.unstubAllEnvs();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function operationOf({ headers, method, url = "" }: IncomingMessage, input: string): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.split(".")[1] ?? "";
  return new URLSearchParams(input).get("Action") ?? `${method} ${url.split("?")[0]}`;
}

function answerTo(operation: string, deployed: Deployed, url: string, input: string) {
  const ok = (body: unknown) => ({
    status: 200,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const told = deployed.answers[operation];
  if (told !== undefined) return { ...ok(told.body), status: told.status };
  switch (operation) {
    case "DescribeStacks":
      return describeStacks(deployed, url);
    case "ListStackResources":
      return ok(resourcesXml());
    case "GetSecretValue":
      return deployed.secret === undefined
        ? { status: 400, body: JSON.stringify({ __type: "ResourceNotFoundException" }) }
        : ok({ SecretString: deployed.secret });
    case "DescribeAlarms":
      return ok({ MetricAlarms: alarmsOf(deployed) });
    case "GetMetricData":
      return ok({ MetricDataResults: metricsOf(deployed, input) });
    case "GetTopicAttributes":
      return ok(topicXml(deployed));
    case "GetQueueAttributes":
      return ok({ Attributes: { ApproximateNumberOfMessages: `${deployed.deadLetters.length}` } });
    case "ReceiveMessage":
      return ok({ Messages: deployed.deadLetters.map(messageOf) });
    case "GET /2016-08-19/account-settings":
    case "GET /2016-08-19/account-settings/":
      return ok({ AccountLimit: { ConcurrentExecutions: deployed.concurrency } });
    case "GET /health":
      return ok({ status: "ok" });
    case "GET /jobs":
      return ok({ jobs: deployed.jobs });
    case "POST /imports":
      return { status: 202, body: JSON.stringify({ importId: "i", state: "running" }) };
    case "POST /character-swaps":
      return { status: 202, body: JSON.stringify({ job: { videoModelId: "v" }, submission: {} }) };
    case "POST /jobs":
      return { status: 202, body: JSON.stringify({ status: "accepted" }) };
    default:
      return ok({});
  }
}

function alarmsOf({ alarmTopics, ringing }: Deployed) {
  const names = ringing.length > 0 ? ringing : [`${STACK}-Monitoring-OwnFault`];
  return names.map((AlarmName) => ({
    AlarmName,
    AlarmActions: alarmTopics,
    StateValue: ringing.length > 0 ? "ALARM" : "OK",
  }));
}

interface MetricQuery {
  readonly Id: string;
  readonly MetricStat: { readonly Metric: { readonly MetricName: string } };
}

function metricsOf({ metrics }: Deployed, input: string) {
  const { MetricDataQueries }: { MetricDataQueries: MetricQuery[] } = JSON.parse(input);
  return MetricDataQueries.map(({ Id, MetricStat }) => {
    const value = metrics[MetricStat.Metric.MetricName] ?? 0;
    return { Id, Values: value === 0 ? [] : [value] };
  });
}

function messageOf({ body, attributes = {} }: Deployed["deadLetters"][number], index: number) {
  return {
    MessageId: `message-${index}`,
    ReceiptHandle: `handle-${index}`,
    Body: JSON.stringify(body),
    MD5OfBody: createHash("md5").update(JSON.stringify(body)).digest("hex"),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        { DataType: "String", StringValue: value },
      ]),
    ),
  };
}

function describeStacks({ stack, outputs }: Deployed, url: string) {
  if (stack !== "missing")
    return { status: 200, body: stackXml(stack === "well" ? url : undefined, outputs) };
  const message = "Stack with id AkoolVideoArchiver does not exist";
  return {
    status: 400,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`,
  };
}

function stackXml(url: string | undefined, more: Record<string, string>): string {
  const outputs = {
    ...more,
    ...(url !== undefined && { ApiUrl: url }),
    WebhookUrl: `${url}/webhooks/akool`,
    AkoolSecretName: "akool-video-archiver/akool",
    DeadLetterQueueUrl: `${url}/123456789012/dead-letters`,
    ImportBucketName: "imports",
    EventBusName: "bus",
  };
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${STACK}</StackName><CreationTime>2026-11-22T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join("")}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

function resourcesXml(): string {
  return "<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries><member><LogicalResourceId>ExecutionEnded1A2B</LogicalResourceId><PhysicalResourceId>ended-function</PhysicalResourceId><ResourceType>AWS::Lambda::Function</ResourceType></member></StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>";
}

function topicXml({ subscribers, pending }: Deployed): string {
  return `<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes><entry><key>SubscriptionsConfirmed</key><value>${subscribers}</value></entry><entry><key>SubscriptionsPending</key><value>${pending}</value></entry></Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`;
}

import { mkdtemp, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDeadLetters } from "../../src/event-bridge/dead-letters.ts";
import { type SqsEmulator, startSqs, UnsupportedQueue } from "../../src/sqs/sqs.ts";

const QUEUE = {
  name: "Dead",
  arn: "arn:aws:sqs:us-east-1:000000000000:Dead",
  url: "http://127.0.0.1/000000000000/Dead",
  properties: { SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 },
};

let directory: string;
let sqs: SqsEmulator;
let client: SQSClient;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sqs-"));
  await start();
});

afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true });
});

async function start() {
  sqs = await startSqs({ directory: join(directory, "sqs") });
  client = new SQSClient({
    endpoint: sqs.endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}

async function stop() {
  client.destroy();
  await sqs.close();
}

const receive = () =>
  client.send(new ReceiveMessageCommand({ QueueUrl: QUEUE.url, MessageAttributeNames: ["All"] }));

describe("a queue", () => {
  test("takes dead letters with their attributes", async () => {
    await sqs.createQueue(QUEUE);
    const deadLetters = createDeadLetters(sqs.endpoint, [QUEUE]);

    await deadLetters.send({
      queueArn: QUEUE.arn,
      body: '{"id":"1"}',
      attributes: { ERROR_CODE: "NO_RESOURCE", RETRY_ATTEMPTS: "0" },
    });

    deadLetters.close();
    const { Messages: messages } = await receive();
    expect(messages).toHaveLength(1);
    expect(messages?.[0]).toMatchObject({
      Body: '{"id":"1"}',
      MessageAttributes: {
        ERROR_CODE: { StringValue: "NO_RESOURCE", DataType: "String" },
        RETRY_ATTEMPTS: { StringValue: "0", DataType: "String" },
      },
    });
  });

  test("keeps its messages over a restart", async () => {
    await sqs.createQueue(QUEUE);
    await client.send(new SendMessageCommand({ QueueUrl: QUEUE.url, MessageBody: "first" }));
    await stop();
    await start();
    await sqs.createQueue(QUEUE);
    await client.send(new SendMessageCommand({ QueueUrl: QUEUE.url, MessageBody: "second" }));
    await stop();
    await start();

    const bodies = [await receive(), await receive()].map(({ Messages }) => Messages?.[0]?.Body);

    expect(bodies.toSorted()).toEqual(["first", "second"]);
  });

  test("has the visibility timeout of the template", async () => {
    await sqs.createQueue({ ...QUEUE, properties: { VisibilityTimeout: 7 } });

    const { Attributes: attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: QUEUE.url, AttributeNames: ["All"] }),
    );

    expect(attributes).toMatchObject({ VisibilityTimeout: "7", QueueArn: QUEUE.arn });
  });

  test.each([{ FifoQueue: true }, { RedrivePolicy: {} }, { DelaySeconds: 5 }])(
    "with %j is refused",
    async (properties) => {
      await expect(sqs.createQueue({ name: "Dead", properties })).rejects.toThrow(UnsupportedQueue);
    },
  );
});

test("only queues of the stack are known for dead letters", () => {
  const deadLetters = createDeadLetters(sqs.endpoint, [QUEUE]);

  expect(deadLetters.knows(QUEUE.arn)).toBe(true);
  expect(deadLetters.knows("arn:else")).toBe(false);
  deadLetters.close();
});

describe("the server", () => {
  const target = { "x-amz-target": "AmazonSQS.ListQueues" };

  test("stands in for SQS alone", async () => {
    const bucket = await fetch(`${sqs.endpoint}/bucket`, { method: "PUT" });
    const topic = await fetch(sqs.endpoint, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "Action=ListTopics",
    });

    expect([bucket.status, topic.status]).toEqual([403, 403]);
  });

  test("cannot be reached from another machine", async () => {
    const { port } = new URL(sqs.endpoint);
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ internal, family }) => !internal && family === "IPv4");

    const asking = fetch(`http://${outside?.address ?? "127.0.0.2"}:${port}`, {
      method: "POST",
      headers: target,
    });

    await expect(asking).rejects.toThrow();
  });
});

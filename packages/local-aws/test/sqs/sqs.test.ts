import { networkInterfaces } from "node:os";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect } from "vitest";
import { UnsupportedQueue } from "../../src/sqs/queue-definition.ts";
import { open, QUEUE, test } from "./fixture.ts";

const QueueUrl = QUEUE.url;

describe("a queue", () => {
  test("keeps its messages over restarts", async ({ directory }) => {
    for (const MessageBody of ["first", "second"]) {
      const { client, close } = await open(directory);
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      await close();
    }
    const { client, close } = await open(directory);

    const { Messages: messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );

    expect(messages?.map(({ Body }) => Body)).toEqual(["first", "second"]);
    await close();
  });

  test("hides a received message and counts its receipts over a restart", async ({ directory }) => {
    const clock = { ms: 1_000_000 };
    const receive = new ReceiveMessageCommand({
      QueueUrl,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    });
    const first = await open(directory, clock);
    await first.client.send(new SendMessageCommand({ QueueUrl, MessageBody: "one" }));
    await first.client.send(receive);
    await first.close();
    const second = await open(directory, clock);

    const hidden = await second.client.send(receive);
    clock.ms += 30_000;
    const visible = await second.client.send(receive);

    expect(hidden.Messages).toBeUndefined();
    expect(visible.Messages?.[0]?.Attributes).toEqual({ ApproximateReceiveCount: "2" });
    await second.close();
  });

  test("has the visibility timeout of the template", async ({ emulator: { sqs, client } }) => {
    await sqs.createQueue({ name: "Brief", properties: { VisibilityTimeout: 7 } });

    const { Attributes: attributes } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: QueueUrl.replace("Dead", "Brief"),
        AttributeNames: ["All"],
      }),
    );

    expect(attributes).toMatchObject({ VisibilityTimeout: "7" });
  });

  test.for([
    { FifoQueue: true },
    { RedrivePolicy: {} },
    { DelaySeconds: 5 },
    { VisibilityTimeout: 43_201 },
  ])("with %j is refused", async (properties, { emulator: { sqs } }) => {
    await expect(sqs.createQueue({ name: "Dead", properties })).rejects.toThrow(UnsupportedQueue);
  });

  test("needs a name that SQS would take", async ({ emulator: { sqs } }) => {
    const creating = sqs.createQueue({ name: "../Dead", properties: {} });

    await expect(creating).rejects.toThrow(UnsupportedQueue);
  });
});

describe("the server", () => {
  const entry = { Id: "1", MessageBody: "one" };

  test.for([
    [
      "CreateQueue",
      (client: SQSClient) => client.send(new CreateQueueCommand({ QueueName: "Other" })),
    ],
    ["PurgeQueue", (client: SQSClient) => client.send(new PurgeQueueCommand({ QueueUrl }))],
    [
      "SendMessageBatch",
      (client: SQSClient) =>
        client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [entry] })),
    ],
  ] as const)("refuses %s, which it does not know, by name", async ([name, ask], { emulator }) => {
    const answer = ask(emulator.client);

    await expect(answer).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: expect.stringContaining(`AmazonSQS.${name} is not known`),
    });
  });

  test("plays no other service", async ({ emulator: { sqs } }) => {
    const bucket = await fetch(`${sqs.endpoint}/bucket`, { method: "PUT" });
    const topic = await fetch(sqs.endpoint, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "Action=ListTopics",
    });

    for (const answer of [bucket, topic]) {
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ __type: "UnknownOperationException" });
    }
  });

  test("cannot be reached from another machine", async ({ emulator: { sqs } }) => {
    const { port } = new URL(sqs.endpoint);
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ internal, family }) => !internal && family === "IPv4");

    const asking = fetch(`http://${outside?.address ?? "127.0.0.2"}:${port}`, { method: "POST" });

    await expect(asking).rejects.toThrow();
  });
});

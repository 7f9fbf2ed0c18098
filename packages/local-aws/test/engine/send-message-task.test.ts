import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendMessageTask } from "../../src/engine/send-message-task.ts";
import { taskResources } from "../../src/engine/task-resources.ts";
import { type SqsEmulator, startSqs } from "../../src/sqs/sqs.ts";
import { arnOf, MACHINE_ARN } from "./harness.ts";

const CONTEXT = { executionArn: arnOf("one"), stateMachineArn: MACHINE_ARN };
const QueueUrl = "http://127.0.0.1/000000000000/Dead";

describe("a sendMessage task", () => {
  let directory: string;
  let sqs: SqsEmulator;
  let client: SQSClient;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "send-message-"));
    sqs = await startSqs({ directory });
    await sqs.createQueue({ name: "Dead", properties: {} });
    client = new SQSClient({
      endpoint: sqs.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
  });
  afterAll(async () => {
    client.destroy();
    await sqs.close();
    await rm(directory, { recursive: true });
  });

  it.each([
    [{ request: { id: 1 } }, '{"request":{"id":1}}'],
    ["plain text", "plain text"],
  ])("sends %j", async (MessageBody, sent) => {
    const run = sendMessageTask({ endpoint: sqs.endpoint });

    const result = await run({ QueueUrl, MessageBody }, CONTEXT);

    const { Messages: messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(messages?.[0]?.Body).toBe(sent);
    expect(result).toEqual({
      MessageId: messages?.[0]?.MessageId,
      MD5OfMessageBody: messages?.[0]?.MD5OfBody,
    });
  });

  it("fails with SQS's error when there is no such queue", async () => {
    const run = sendMessageTask({ endpoint: sqs.endpoint });

    const sending = run({ QueueUrl: QueueUrl.replace("Dead", "None"), MessageBody: "x" }, CONTEXT);

    await expect(sending).rejects.toMatchObject({ name: expect.stringMatching(/^SQS\.\w+/) });
  });

  it.each([
    {},
    { QueueUrl },
    { QueueUrl, MessageBody: "x", DelaySeconds: 5 },
    { QueueUrl, MessageBody: "x", MessageAttributes: {} },
  ])("refuses parameters that it does not honour: %j", async (parameters) => {
    const run = sendMessageTask({ endpoint: sqs.endpoint });

    await expect(run(parameters, CONTEXT)).rejects.toMatchObject({ name: "States.Runtime" });
  });

  it("is one of the resources of the stack", async () => {
    const resources = taskResources({
      functions: new Map(),
      invoke: async () => null,
      dynamoDbEndpoint: "http://127.0.0.1:1",
      sqsEndpoint: sqs.endpoint,
    });
    const run = resources.get("arn:aws:states:::sqs:sendMessage");

    expect(await run?.({ QueueUrl, MessageBody: "x" }, CONTEXT)).toHaveProperty("MessageId");
  });
});

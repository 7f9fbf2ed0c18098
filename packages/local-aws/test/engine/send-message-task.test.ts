import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect } from "vitest";
import { sendMessageTask } from "../../src/engine/send-message-task.ts";
import { taskResources } from "../../src/engine/task-resources.ts";
import { QUEUE, test } from "../sqs/fixture.ts";
import { arnOf, MACHINE_ARN } from "./harness.ts";

const CONTEXT = { executionArn: arnOf("one"), stateMachineArn: MACHINE_ARN };
const QueueUrl = QUEUE.url;

describe("a sendMessage task", () => {
  test.for([
    [{ request: { id: 1 } }, '{"request":{"id":1}}'],
    ["plain text", "plain text"],
  ] as const)("sends %j", async ([MessageBody, sent], { emulator: { sqs, client } }) => {
    const run = sendMessageTask({ endpoint: sqs.endpoint });

    const result = await run({ QueueUrl, MessageBody }, CONTEXT);

    const { Messages: messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(messages?.[0]?.Body).toBe(sent);
    expect(result).toEqual({
      MessageId: messages?.[0]?.MessageId,
      MD5OfMessageBody: messages?.[0]?.MD5OfBody,
    });
  });

  test("fails with SQS's error when there is no such queue", async ({ emulator: { sqs } }) => {
    const run = sendMessageTask({ endpoint: sqs.endpoint });

    const sending = run({ QueueUrl: QueueUrl.replace("Dead", "None"), MessageBody: "x" }, CONTEXT);

    await expect(sending).rejects.toMatchObject({ name: expect.stringMatching(/^SQS\.\w+/) });
  });

  test.for([
    {},
    { QueueUrl },
    { QueueUrl, MessageBody: "x", DelaySeconds: 5 },
    { QueueUrl, MessageBody: "x", MessageAttributes: {} },
  ])(
    "refuses parameters that it does not honour: %j",
    async (parameters, { emulator: { sqs } }) => {
      const run = sendMessageTask({ endpoint: sqs.endpoint });

      await expect(run(parameters, CONTEXT)).rejects.toMatchObject({ name: "States.Runtime" });
    },
  );

  test("is one of the resources of the stack", async ({ emulator: { sqs } }) => {
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

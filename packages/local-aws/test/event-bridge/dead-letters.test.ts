import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect } from "vitest";
import { createDeadLetters } from "../../src/event-bridge/dead-letters.ts";
import { QUEUE, test } from "../sqs/fixture.ts";

describe("dead letters", () => {
  test("reach their queue with their attributes", async ({ emulator: { sqs, client } }) => {
    const deadLetters = createDeadLetters(sqs.endpoint, [QUEUE]);

    await deadLetters.send({
      queueArn: QUEUE.arn,
      body: '{"id":"1"}',
      attributes: { ERROR_CODE: "NO_RESOURCE", RETRY_ATTEMPTS: "0" },
    });

    deadLetters.close();
    const { Messages: messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: QUEUE.url, MessageAttributeNames: ["All"] }),
    );
    expect(messages).toHaveLength(1);
    expect(messages?.[0]).toMatchObject({
      Body: '{"id":"1"}',
      MessageAttributes: {
        ERROR_CODE: { StringValue: "NO_RESOURCE", DataType: "String" },
        RETRY_ATTEMPTS: { StringValue: "0", DataType: "String" },
      },
    });
  });

  test("know the queues of the stack alone", ({ emulator: { sqs } }) => {
    const deadLetters = createDeadLetters(sqs.endpoint, [QUEUE]);

    expect(deadLetters.knows(QUEUE.arn)).toBe(true);
    expect(deadLetters.knows("arn:else")).toBe(false);
    deadLetters.close();
  });
});

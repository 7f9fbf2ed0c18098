import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect } from "vitest";
import { QUEUE, test } from "./fixture.ts";

const QueueUrl = QUEUE.url;

function send(
  client: SQSClient,
  MessageBody: string,
  input: Omit<SendMessageCommandInput, "QueueUrl" | "MessageBody"> = {},
) {
  return client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...input }));
}

async function receive(
  client: SQSClient,
  input: Omit<ReceiveMessageCommandInput, "QueueUrl"> = {},
) {
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, ...input }));
  return Messages;
}

function remove(client: SQSClient, ReceiptHandle: string | undefined) {
  return client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
}

const bodies = (messages: { Body?: string | undefined }[]) => messages.map(({ Body }) => Body);

describe("a sent message", () => {
  test("is received as it was sent", async ({ emulator: { client } }) => {
    const sent = await send(client, "grüße 🎬\n");

    const [received] = await receive(client);

    expect(received).toMatchObject({ MessageId: sent.MessageId, Body: "grüße 🎬\n" });
    expect(received?.MD5OfBody).toBe(sent.MD5OfMessageBody);
  });

  test("shows the attributes that are asked for", async ({ emulator: { client } }) => {
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    const attributes = { "error.code": text("1"), "error.text": text("2"), rule: text("3") };
    const ask = async (...MessageAttributeNames: string[]) => {
      const [message] = await receive(client, { MessageAttributeNames, VisibilityTimeout: 0 });
      return message?.MessageAttributes;
    };
    await send(client, "one", { MessageAttributes: attributes });

    expect(await ask()).toBeUndefined();
    expect(await ask("All")).toEqual(attributes);
    expect(await ask(".*")).toEqual(attributes);
    expect(await ask("rule", "other")).toEqual({ rule: text("3") });
    expect(Object.keys((await ask("error.*")) ?? {})).toEqual(["error.code", "error.text"]);
  });

  test("tells when it was sent, and when and how often it was received", async ({
    emulator: { client, clock },
  }) => {
    clock.ms = 1_000;
    await send(client, "one");
    clock.ms = 2_000;
    await receive(client, { VisibilityTimeout: 0 });
    clock.ms = 3_000;

    const [message] = await receive(client, { MessageSystemAttributeNames: ["All"] });

    expect(message?.Attributes).toEqual({
      SentTimestamp: "1000",
      ApproximateFirstReceiveTimestamp: "2000",
      ApproximateReceiveCount: "2",
    });
  });

  test("may hold 1 MiB, attributes included, and no byte more", async ({
    emulator: { client },
  }) => {
    const MessageAttributes = { name: { DataType: "Number", StringValue: "42" } };
    const rest = 1024 * 1024 - "nameNumber42".length;

    await send(client, "x".repeat(rest), { MessageAttributes });
    const tooLong = send(client, "x".repeat(rest + 1), { MessageAttributes });

    await expect(tooLong).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  test.for(["\u0000", "\ufffe", "\u001b[2J"])("may not hold %j", async (text, { emulator }) => {
    const sending = send(emulator.client, text);

    await expect(sending).rejects.toMatchObject({ name: "InvalidMessageContents" });
  });
});

describe("a receiver", () => {
  test("gets one message unless it asks for more, oldest first", async ({
    emulator: { client },
  }) => {
    for (const body of ["a", "b", "c", "d"]) await send(client, body);

    expect(bodies(await receive(client))).toEqual(["a"]);
    expect(bodies(await receive(client, { MaxNumberOfMessages: 2 }))).toEqual(["b", "c"]);
    expect(bodies(await receive(client, { MaxNumberOfMessages: 10 }))).toEqual(["d"]);
    expect(await receive(client)).toEqual([]);
  });

  test("never shares a message with another one", async ({ emulator: { client } }) => {
    for (const body of ["a", "b", "c"]) await send(client, body);

    const received = await Promise.all([1, 2, 3, 4].map(() => receive(client)));

    expect(bodies(received.flat()).toSorted()).toEqual(["a", "b", "c"]);
  });

  test("sees a message again when its visibility timeout is over", async ({
    emulator: { client, clock },
  }) => {
    await send(client, "one");
    const [first] = await receive(client, { VisibilityTimeout: 60 });
    clock.ms += 59_999;
    expect(await receive(client)).toEqual([]);
    clock.ms += 1;

    const [second] = await receive(client);

    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  test("deletes what it has received", async ({ emulator: { client, clock } }) => {
    await send(client, "one");
    const [message] = await receive(client);

    await remove(client, message?.ReceiptHandle);
    await remove(client, message?.ReceiptHandle);

    clock.ms += 60_000;
    expect(await receive(client)).toEqual([]);
  });

  test("deletes nothing with the handle of an earlier receipt", async ({
    emulator: { client },
  }) => {
    await send(client, "one");
    const [first] = await receive(client, { VisibilityTimeout: 0 });
    await receive(client, { VisibilityTimeout: 0 });

    await remove(client, first?.ReceiptHandle);

    expect(await receive(client)).toHaveLength(1);
  });

  test("is told that a text is no receipt handle", async ({ emulator: { client } }) => {
    await expect(remove(client, "Dead/one")).rejects.toMatchObject({
      name: "ReceiptHandleIsInvalid",
    });
  });
});

describe("a queue's attributes", () => {
  const ask = async (client: SQSClient, AttributeNames: ("All" | "QueueArn")[]) =>
    (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes;

  test("count visible and hidden messages", async ({ emulator: { client } }) => {
    for (const body of ["a", "b", "c"]) await send(client, body);
    await receive(client);

    expect(await ask(client, ["All"])).toEqual({
      QueueArn: QUEUE.arn,
      VisibilityTimeout: "30",
      ApproximateNumberOfMessages: "2",
      ApproximateNumberOfMessagesNotVisible: "1",
    });
  });

  test("are answered by name", async ({ emulator: { client } }) => {
    expect(await ask(client, ["QueueArn"])).toEqual({ QueueArn: QUEUE.arn });
    expect(await ask(client, [])).toEqual({});
  });
});

describe("a request is refused", () => {
  const elsewhere = QueueUrl.replace("Dead", "Other");

  test.for([
    [
      "SendMessage",
      (client: SQSClient) =>
        client.send(new SendMessageCommand({ QueueUrl: elsewhere, MessageBody: "one" })),
    ],
    [
      "ReceiveMessage",
      (client: SQSClient) => client.send(new ReceiveMessageCommand({ QueueUrl: elsewhere })),
    ],
    [
      "GetQueueAttributes",
      (client: SQSClient) => client.send(new GetQueueAttributesCommand({ QueueUrl: elsewhere })),
    ],
  ] as const)("for a queue that does not exist: %s", async ([, ask], { emulator }) => {
    await expect(ask(emulator.client)).rejects.toMatchObject({
      name: "QueueDoesNotExist",
    });
  });

  const message = { QueueUrl, MessageBody: "one" };
  const binary = { DataType: "Binary", BinaryValue: new Uint8Array([1]) };

  test.for([
    [
      "an empty message",
      (client: SQSClient) => client.send(new SendMessageCommand({ ...message, MessageBody: "" })),
    ],
    [
      "a delay",
      (client: SQSClient) => client.send(new SendMessageCommand({ ...message, DelaySeconds: 1 })),
    ],
    [
      "a message group",
      (client: SQSClient) =>
        client.send(new SendMessageCommand({ ...message, MessageGroupId: "1" })),
    ],
    [
      "a binary attribute",
      (client: SQSClient) =>
        client.send(new SendMessageCommand({ ...message, MessageAttributes: { binary } })),
    ],
    [
      "no message",
      (client: SQSClient) =>
        client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 0 })),
    ],
    [
      "eleven messages",
      (client: SQSClient) =>
        client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 })),
    ],
    [
      "more than 12 hours",
      (client: SQSClient) =>
        client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 43_201 })),
    ],
    [
      "long polling",
      (client: SQSClient) =>
        client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 })),
    ],
    [
      "a sender's id",
      (client: SQSClient) =>
        client.send(
          new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["SenderId"] }),
        ),
    ],
    [
      "an attribute that is not kept",
      (client: SQSClient) =>
        client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] })),
    ],
  ] as const)("that asks for %s", async ([, ask], { emulator }) => {
    await expect(ask(emulator.client)).rejects.toMatchObject({
      name: "ValidationException",
    });
  });
});

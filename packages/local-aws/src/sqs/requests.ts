import * as z from "zod/mini";
import { messageAttributes } from "./message.ts";
import { visibilityTimeout } from "./queue-definition.ts";

/** Delays, and what first-in-first-out queues need, are not supported. */
export const sendRequest = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string().check(z.minLength(1)),
  MessageAttributes: z._default(messageAttributes, {}),
});

const systemAttribute = z.enum([
  "All",
  "SentTimestamp",
  "ApproximateReceiveCount",
  "ApproximateFirstReceiveTimestamp",
]);

/** Long polling is not supported. */
export const receiveRequest = z.strictObject({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z._default(z.int().check(z.minimum(1), z.maximum(10)), 1),
  VisibilityTimeout: z.optional(visibilityTimeout),
  MessageAttributeNames: z._default(z.array(z.string()), []),
  MessageSystemAttributeNames: z._default(z.array(systemAttribute), []),
});

export const deleteRequest = z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string() });

export const getQueueAttributesRequest = z.strictObject({
  QueueUrl: z.string(),
  AttributeNames: z._default(
    z.array(
      z.enum([
        "All",
        "QueueArn",
        "VisibilityTimeout",
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
      ]),
    ),
    [],
  ),
});

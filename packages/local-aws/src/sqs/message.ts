import { createHash } from "node:crypto";
import * as z from "zod/mini";

/** Binary attributes are not supported. */
export const messageAttributes = z.record(
  z.string(),
  z.strictObject({
    DataType: z.string().check(z.regex(/^(?:String|Number)(?:\.|$)/)),
    StringValue: z.string(),
  }),
);

/** A message as it is kept on disk; times are epoch milliseconds. */
export const messageSchema = z.strictObject({
  id: z.uuid(),
  body: z.string(),
  attributes: messageAttributes,
  sentAt: z.int(),
  /** Nobody receives it before then. */
  visibleAt: z.int(),
  receiveCount: z.int(),
  firstReceivedAt: z.exactOptional(z.int()),
});

export type Message = z.infer<typeof messageSchema>;

const RECEIPT = /^([\da-f-]{36})\.\d+$/;

/** Names one receipt of a message: the next receipt has another handle. */
export function receiptHandle({ id, receiveCount }: Message): string {
  return `${id}.${receiveCount}`;
}

/** @returns the message's id; nothing when the text is no receipt handle */
export function messageIdOf(handle: string): string | undefined {
  return RECEIPT.exec(handle)?.[1];
}

/** SDK clients check what they have sent and received against it. */
export function bodyDigest(body: string): string {
  return createHash("md5").update(body).digest("hex");
}

/** The bytes that SQS counts against its limit: the body, and each attribute's name, type and value. */
export function messageBytes({ body, attributes }: Pick<Message, "body" | "attributes">): number {
  const texts = Object.entries(attributes).flatMap(([name, { DataType, StringValue }]) => [
    name,
    DataType,
    StringValue,
  ]);
  return [body, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

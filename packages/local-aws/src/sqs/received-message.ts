import { bodyDigest, type Message, receiptHandle } from "./message.ts";

interface Asked {
  MessageAttributeNames: readonly string[];
  MessageSystemAttributeNames: readonly string[];
}

/** A message as ReceiveMessage answers it, with the attributes that were asked for. */
export function receivedMessage(message: Message, asked: Asked): object {
  const system = {
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  };
  const attributes = selected(system, asked.MessageSystemAttributeNames);
  const messageAttributes = selected(message.attributes, asked.MessageAttributeNames);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle(message),
    Body: message.body,
    MD5OfBody: bodyDigest(message.body),
    ...(hasAny(attributes) && { Attributes: attributes }),
    ...(hasAny(messageAttributes) && { MessageAttributes: messageAttributes }),
  };
}

/** The named entries; `All` and `.*` name every one, `text.*` those whose name begins with `text.`. */
export function selected<Value>(
  all: Readonly<Record<string, Value>>,
  names: readonly string[],
): Record<string, Value> {
  const isNamed = (key: string) =>
    names.some(
      (name) =>
        name === "All" ||
        name === key ||
        name === ".*" ||
        (name.endsWith(".*") && key.startsWith(name.slice(0, -1))),
    );
  return Object.fromEntries(Object.entries(all).filter(([key]) => isNamed(key)));
}

function hasAny(values: object): boolean {
  return Object.keys(values).length > 0;
}

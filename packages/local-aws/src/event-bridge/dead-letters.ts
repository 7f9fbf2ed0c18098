import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_CLIENT } from "../http/local-client.ts";
import type { QueueAsset } from "../template/assembly.ts";
import type { DeadLetter } from "./destination.ts";

/** Sends dead letters to the queues of the stack. */
export interface DeadLetters {
  /** Whether there is such a queue. */
  knows(queueArn: string): boolean;
  send(letter: DeadLetter): Promise<void>;
  close(): void;
}

/** @param endpoint as in `AWS_ENDPOINT_URL_SQS` */
export function createDeadLetters(endpoint: string, queues: readonly QueueAsset[]): DeadLetters {
  const urls = new Map(queues.map(({ arn, url }) => [arn, url]));
  const client = new SQSClient({
    endpoint,
    ...LOCAL_CLIENT,
  });
  return {
    knows: (queueArn) => urls.has(queueArn),
    async send({ queueArn, body, attributes }) {
      const texts = Object.entries(attributes).map(
        ([name, text]) => [name, { DataType: "String", StringValue: text }] as const,
      );
      await client.send(
        new SendMessageCommand({
          QueueUrl: urls.get(queueArn),
          MessageBody: body,
          MessageAttributes: Object.fromEntries(texts),
        }),
      );
    },
    close: () => client.destroy(),
  };
}

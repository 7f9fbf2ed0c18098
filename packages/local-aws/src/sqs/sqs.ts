import { join } from "node:path";
import { serveAwsJson } from "../http/aws-json.ts";
import type { LocalServer } from "../http/local-server.ts";
import { Queue } from "./queue.ts";
import { type QueueDefinition, visibilityTimeoutOf } from "./queue-definition.ts";
import { queueOperations } from "./queue-operations.ts";

export interface SqsOptions {
  /** Where the queues and their messages are kept. One process at a time. */
  directory: string;
  /** Epoch milliseconds; the machine's clock by default. */
  now?: () => number;
  /** Called with the body of every message that is sent. */
  onMessage?: ((body: string) => void) | undefined;
}

export interface SqsEmulator extends LocalServer {
  /**
   * Makes a queue from its CloudFormation properties; messages of an earlier process are kept.
   *
   * @throws UnsupportedQueue
   */
  createQueue(queue: QueueDefinition): Promise<void>;
}

/** Eight times the largest message: JSON may spend six bytes on one character. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Starts an emulator for SQS: standard queues, made from the template alone. */
export async function startSqs({
  directory,
  now = () => Date.now(),
  onMessage,
}: SqsOptions): Promise<SqsEmulator> {
  const queues = new Map<string, Queue>();
  const server = await serveAwsJson({
    targetPrefix: "AmazonSQS",
    protocol: "1.0",
    maxBodyBytes: MAX_BODY_BYTES,
    operations: queueOperations(queues),
  });
  return {
    ...server,
    async createQueue(definition) {
      const visibilityTimeoutSeconds = visibilityTimeoutOf(definition);
      const { name } = definition;
      const options = {
        directory: join(directory, name),
        visibilityTimeoutSeconds,
        now,
        onMessage,
      };
      queues.set(name, await Queue.open(options));
    },
  };
}

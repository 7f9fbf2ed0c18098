import * as z from "zod/mini";
import { explainedParse } from "../http/explained-parse.ts";

export interface QueueDefinition {
  name: string;
  /** `Properties` of an `AWS::SQS::Queue`, resolved. */
  properties: unknown;
}

/** The template's queue has a property that the emulator neither honours nor may drop. */
export class UnsupportedQueue extends Error {
  override readonly name = "UnsupportedQueue";

  constructor(queueName: string, reason: string) {
    super(`The queue ${queueName} cannot be made on this machine:\n${reason}`);
  }
}

/** Documented for SQS, which counts seconds: at most 12 hours. */
export const visibilityTimeout = z.int().check(z.minimum(0), z.maximum(43_200));

const DEFAULT_VISIBILITY_TIMEOUT_SECONDS = 30;

const definition = z.object({
  /** Documented for SQS; the name is a directory's name here. */
  name: z.string().check(z.regex(/^[\w-]{1,80}$/)),
  properties: z.strictObject({
    QueueName: z.optional(z.string()),
    VisibilityTimeout: z.optional(visibilityTimeout),
    // Without effect on one machine: encryption at rest, tags, and the retention period (messages
    // are kept).
    SqsManagedSseEnabled: z.optional(z.boolean()),
    MessageRetentionPeriod: z.optional(z.number()),
    Tags: z.optional(z.unknown()),
  }),
});

/**
 * The seconds for which a received message of this queue is hidden, unless the receiver says otherwise.
 *
 * @throws UnsupportedQueue
 */
export function visibilityTimeoutOf(queue: QueueDefinition): number {
  const parsed = explainedParse(definition, queue);
  if ("problem" in parsed) throw new UnsupportedQueue(queue.name, parsed.problem);
  return parsed.data.properties.VisibilityTimeout ?? DEFAULT_VISIBILITY_TIMEOUT_SECONDS;
}

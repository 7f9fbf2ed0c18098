import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import {
  type Condition,
  conditionalUpdate,
  documentClient,
  orConflict,
  stillHas,
} from "./versioned-write.ts";

/**
 * The intent to make one billable call, recorded before the call.
 *
 * - `submitting`: the call is about to be made, or under way.
 * - `created`: AKOOL returned the job's id.
 * - `refused`: AKOOL will never do it.
 * - `submit_unknown`: nobody knows whether AKOOL did it; a person settles it.
 */
export const submissionSchema = z.object({
  idempotencyKey: z.string(),
  /** Hash of the request, to detect a different one under the same key. */
  requestHash: z.string(),
  state: z.enum(["submitting", "created", "refused", "submit_unknown"]),
  request: z.record(z.string(), z.unknown()),
  tags: z.record(z.string(), z.string()),
  estimatedCredits: z.number(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  videoModelId: z.optional(z.string()),
  /** AKOOL's name of the model that it has taken. */
  model: z.optional(z.string()),
  /** Why it was refused, or is unknown. */
  reason: z.optional(z.string()),
  code: z.optional(z.number()),
  /**
   * Distinguishes two intents under one key, each of which begins at version 1: a freed key can be taken
   * again while a request about its former intent is still being repeated. Absent on records written
   * before this attribute existed.
   */
  incarnation: z.optional(z.string()),
  /** Unique to one write, so that the SDK's repetition of a request recognizes it as made. */
  writeId: z.optional(z.string()),
  version: z.int(),
});

export type Submission = z.infer<typeof submissionSchema>;

/** The records of billable calls: one item per idempotency key. */
export interface SubmissionStore {
  get(idempotencyKey: string): Promise<Submission | undefined>;
  /**
   * Records an intent, as an incarnation of its own.
   *
   * @throws VersionConflict if the key is in use
   */
  create(submission: Submission): Promise<Submission>;
  /** @throws VersionConflict if it has changed since it was read */
  replace(read: Submission, next: Submission): Promise<Submission>;
  /**
   * Frees the key of this very intent, and never that of a later one.
   *
   * @throws VersionConflict if it has changed since it was read
   */
  remove(read: Submission): Promise<void>;
}

/**
 * The submission store on DynamoDB.
 *
 * The SDK repeats a request whose answer was lost, and the repetition meets what the request itself, or
 * a later writer, has written. So each write names its intent, and a refused repetition checks whether
 * the first request has made the write. Decision 0063.
 */
export function createSubmissionStore(client: DynamoDBClient, tableName: string): SubmissionStore {
  const documents = documentClient(client);

  async function get(idempotencyKey: string): Promise<Submission | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: tableName, Key: { idempotencyKey }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : submissionSchema.parse(Item);
  }

  async function write(next: Submission, condition: Condition): Promise<Submission> {
    const written = { ...next, writeId: randomUUID() };
    const { idempotencyKey, ...attributes } = written;
    const update = conditionalUpdate({ tableName, key: { idempotencyKey }, attributes, condition });
    const isMade = async () => (await get(idempotencyKey))?.writeId === written.writeId;
    await orConflict(documents.send(update), CONFLICT, isMade);
    return written;
  }

  return {
    get,
    create: (submission) => write({ ...submission, incarnation: randomUUID() }, IS_NEW),
    replace: (read, next) =>
      write(
        { ...next, version: read.version + 1, incarnation: read.incarnation },
        isUnchanged(read),
      ),
    async remove(read) {
      const { idempotencyKey } = read;
      const { expression, names, values } = isUnchanged(read);
      const remove = new DeleteCommand({
        TableName: tableName,
        Key: { idempotencyKey },
        ConditionExpression: expression,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
      });
      const isGone = async () => {
        const found = await get(idempotencyKey);
        return found === undefined || found.incarnation !== read.incarnation;
      };
      await orConflict(documents.send(remove), CONFLICT, isGone);
    },
  };
}

const CONFLICT = "the submission was changed by another writer";
const IS_NEW = stillHas({ idempotencyKey: undefined });

function isUnchanged({ version, incarnation }: Submission): Condition {
  return stillHas({ version, incarnation });
}

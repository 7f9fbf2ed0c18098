import { randomUUID } from "node:crypto";
import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { VersionConflict } from "./job-store.ts";

/**
 * The intent to make one billable call, on record before the call.
 *
 * - `submitting`: the call is about to be, or being, made.
 * - `created`: AKOOL gave the id.
 * - `refused`: AKOOL will never do it.
 * - `submit_unknown`: nobody knows whether it was done; a person settles it.
 */
const submissionSchema = z.object({
  idempotencyKey: z.string(),
  /** Hash of the request, to notice another one under the same key. */
  requestHash: z.string(),
  state: z.enum(["submitting", "created", "refused", "submit_unknown"]),
  request: z.record(z.string(), z.unknown()),
  tags: z.record(z.string(), z.string()),
  estimatedCredits: z.number(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  videoModelId: z.optional(z.string()),
  /** Why it was refused, or is not known. */
  reason: z.optional(z.string()),
  code: z.optional(z.number()),
  /**
   * Tells two intents under one key apart, of which each begins at version 1: a key that was freed can
   * be taken again while a request about its former intent is still being repeated. Absent on records
   * that were written before there was one.
   */
  incarnation: z.optional(z.string()),
  /** Tells one write from another, so that a repetition by the SDK finds that it has been made. */
  writeId: z.optional(z.string()),
  version: z.int(),
});

export type Submission = z.infer<typeof submissionSchema>;

/** The records of billable calls: one item an idempotency key. */
export interface SubmissionStore {
  get(idempotencyKey: string): Promise<Submission | undefined>;
  /**
   * Puts an intent on record, as an incarnation of its own.
   * @throws VersionConflict if the key is in use
   */
  create(submission: Submission): Promise<Submission>;
  /** @throws VersionConflict if it has changed since it was read */
  replace(read: Submission, next: Submission): Promise<Submission>;
  /**
   * Frees the key of this very intent, and never that of a later one.
   * @throws VersionConflict if it has changed since it was read
   */
  remove(read: Submission): Promise<void>;
}

/**
 * The submission store on DynamoDB.
 *
 * The SDK repeats a request whose answer was lost, and the repetition meets what the request itself,
 * or anybody since, has written. So each write names the intent that it is about, and a
 * repetition that is refused looks whether the first request has done it.
 */
export function createSubmissionStore(client: DynamoDBClient, tableName: string): SubmissionStore {
  const documents = DynamoDBDocumentClient.from(client, {
    // A tag may be called "constructor": its map would be taken for an instance of a class.
    marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
  });

  async function get(idempotencyKey: string): Promise<Submission | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: tableName, Key: { idempotencyKey }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : submissionSchema.parse(Item);
  }

  async function write(next: Submission, condition: Condition): Promise<Submission> {
    const written = { ...next, writeId: randomUUID() };
    const { idempotencyKey, ...attributes } = written;
    const set = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const update = new UpdateCommand({
      TableName: tableName,
      Key: { idempotencyKey },
      UpdateExpression: `SET ${set.map(([name]) => `#${name} = :${name}`).join(", ")}`,
      ConditionExpression: condition.expression,
      ExpressionAttributeNames: {
        ...Object.fromEntries(set.map(([name]) => [`#${name}`, name])),
        ...condition.names,
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
        ...condition.values,
      },
    });
    const isMade = async () => (await get(idempotencyKey))?.writeId === written.writeId;
    await unlessRefused(documents.send(update), isMade);
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
      await unlessRefused(documents.send(remove), isGone);
    },
  };
}

interface Condition {
  expression: string;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
}

const IS_NEW: Condition = { expression: "attribute_not_exists(idempotencyKey)" };

function isUnchanged({ version, incarnation }: Submission): Condition {
  const isSame =
    incarnation === undefined
      ? "attribute_not_exists(#incarnation)"
      : "#incarnation = :readIncarnation";
  return {
    expression: `#version = :readVersion AND ${isSame}`,
    names: { "#version": "version", "#incarnation": "incarnation" },
    values: {
      ":readVersion": version,
      ...(incarnation === undefined ? {} : { ":readIncarnation": incarnation }),
    },
  };
}

/** @throws VersionConflict for a request that was refused, and has not been made before either */
async function unlessRefused(
  request: Promise<unknown>,
  isMade: () => Promise<boolean>,
): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const wasRepeated = (error.$metadata.attempts ?? 1) > 1;
    if (wasRepeated && (await isMade())) return;
    throw new VersionConflict("the submission was changed by another writer");
  }
}

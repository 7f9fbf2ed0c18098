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
  version: z.int(),
});

export type Submission = z.infer<typeof submissionSchema>;

/** The records of billable calls: one item an idempotency key. */
export interface SubmissionStore {
  get(idempotencyKey: string): Promise<Submission | undefined>;
  /** @throws VersionConflict if the key is in use */
  create(submission: Submission): Promise<Submission>;
  /** @throws VersionConflict if it has changed since it was read */
  replace(read: Submission, next: Submission): Promise<Submission>;
  /** Frees the key. @throws VersionConflict if it has changed since it was read */
  remove(read: Submission): Promise<void>;
}

/** The submission store on DynamoDB. */
export function createSubmissionStore(client: DynamoDBClient, tableName: string): SubmissionStore {
  const documents = DynamoDBDocumentClient.from(client, {
    // A tag may be called "constructor": its map would be taken for an instance of a class.
    marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
  });

  async function write(submission: Submission, condition: object, values: object) {
    const { idempotencyKey, ...attributes } = submission;
    const names = Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([name]) => name);
    await conditionally(
      documents.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { idempotencyKey },
          UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
          ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: {
            ...Object.fromEntries(Object.entries(attributes).map(([k, v]) => [`:${k}`, v])),
            ...values,
          },
          ...condition,
        }),
      ),
    );
    return submission;
  }

  return {
    async get(idempotencyKey) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: { idempotencyKey }, ConsistentRead: true }),
      );
      return Item === undefined ? undefined : submissionSchema.parse(Item);
    },
    create: (submission) =>
      write(submission, { ConditionExpression: "attribute_not_exists(idempotencyKey)" }, {}),
    replace: (read, next) =>
      write(
        { ...next, version: read.version + 1 },
        { ConditionExpression: "#version = :readVersion" },
        { ":readVersion": read.version },
      ),
    async remove({ idempotencyKey, version }) {
      await conditionally(
        documents.send(
          new DeleteCommand({
            TableName: tableName,
            Key: { idempotencyKey },
            ConditionExpression: "#version = :readVersion",
            ExpressionAttributeNames: { "#version": "version" },
            ExpressionAttributeValues: { ":readVersion": version },
          }),
        ),
      );
    },
  };
}

async function conditionally(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw new VersionConflict("the submission was changed by another writer");
  }
}

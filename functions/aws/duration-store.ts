import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { countDuration, type DurationHistogram } from "#domain/polling/duration-histogram.ts";

/** What has been learned of jobs' durations: one small item a bucket, in the job table. */
export interface DurationStore {
  /** Eventually consistent: what was learned a moment ago does not matter. */
  read(bucket: string): Promise<DurationHistogram | undefined>;
  /**
   * Counts one more job.
   *
   * @param now epoch milliseconds
   * @returns what is known then; nothing when other writers won three times in a row
   */
  count(bucket: string, seconds: number, now: number): Promise<DurationHistogram | undefined>;
}

/** No id of a job has a `#`, and without the indexes' attributes the item is in no list. */
const KEY_PREFIX = "durations#";

const MAX_TRIES = 3;

/** No poll has to wait for statistics longer than this, for each request. */
const TIMEOUT_MS = 1_000;

const itemSchema = z.object({
  weights: z.record(z.string().check(z.regex(/^\d+$/)), z.number().check(z.positive())),
  updatedAt: z.iso.datetime(),
  /** Jobs that were ever counted; every write is conditional on it. */
  jobs: z.int(),
});

type Item = z.infer<typeof itemSchema>;

/** The duration store on DynamoDB. */
export function createDurationStore(
  client: DynamoDBClient,
  tableName: string,
  timeoutMs = TIMEOUT_MS,
): DurationStore {
  const documents = DynamoDBDocumentClient.from(client);

  async function get(bucket: string, ConsistentRead: boolean): Promise<Item | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: tableName, Key: keyOf(bucket), ConsistentRead }),
      { abortSignal: AbortSignal.timeout(timeoutMs) },
    );
    return Item === undefined ? undefined : itemSchema.parse(Item);
  }

  async function put(bucket: string, { weights, updatedAt }: DurationHistogram, jobs: number) {
    const isFirst = jobs === 0;
    const update = new UpdateCommand({
      TableName: tableName,
      Key: keyOf(bucket),
      UpdateExpression: "SET weights = :weights, updatedAt = :updatedAt, jobs = :jobs",
      ConditionExpression: isFirst ? "attribute_not_exists(videoModelId)" : "jobs = :read",
      ExpressionAttributeValues: {
        ":weights": weights,
        ":updatedAt": new Date(updatedAt).toISOString(),
        ":jobs": jobs + 1,
        ...(isFirst ? {} : { ":read": jobs }),
      },
    });
    await documents.send(update, { abortSignal: AbortSignal.timeout(timeoutMs) });
  }

  return {
    async read(bucket) {
      const item = await get(bucket, false);
      return item === undefined ? undefined : histogramOf(item);
    },
    async count(bucket, seconds, now) {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const item = await get(bucket, true);
        const known = item === undefined ? undefined : histogramOf(item);
        const next = countDuration(known, seconds, now);
        try {
          await put(bucket, next, item?.jobs ?? 0);
          return next;
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        }
      }
      return undefined;
    },
  };
}

function keyOf(bucket: string) {
  return { videoModelId: `${KEY_PREFIX}${bucket}` };
}

function histogramOf({ weights, updatedAt }: Item): DurationHistogram {
  return { weights, updatedAt: Date.parse(updatedAt) };
}

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { countDuration, type DurationHistogram } from "#domain/polling/duration-histogram.ts";
import {
  conditionalUpdate,
  orConflict,
  retryOnConflict,
  stillHas,
  VersionConflict,
} from "./versioned-write.ts";

/** The durations of jobs that have been learned: one small item per bucket, in the job table. */
export interface DurationStore {
  /** Eventually consistent: the last moment's jobs do not matter. */
  read(bucket: string): Promise<DurationHistogram | undefined>;
  /**
   * Counts one more job.
   *
   * @param now epoch milliseconds
   * @returns the updated histogram; undefined when other writers won three times in a row
   */
  count(bucket: string, seconds: number, now: number): Promise<DurationHistogram | undefined>;
}

/** No job's id has a `#`, and without the indexes' attributes the item is in no list. */
const KEY_PREFIX = "durations#";

const MAX_TRIES = 3;

/** For each request: no poll waits longer for statistics. */
const TIMEOUT_MS = 1_000;

const itemSchema = z.object({
  weights: z.record(z.string().check(z.regex(/^\d+$/)), z.number().check(z.positive())),
  updatedAt: z.iso.datetime(),
  /** All jobs ever counted; every write is conditional on it. */
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

  async function countOnce(bucket: string, seconds: number, now: number) {
    const item = await get(bucket, true);
    const next = countDuration(item && histogramOf(item), seconds, now);
    const update = conditionalUpdate({
      tableName,
      key: keyOf(bucket),
      attributes: {
        weights: next.weights,
        updatedAt: new Date(next.updatedAt).toISOString(),
        jobs: (item?.jobs ?? 0) + 1,
      },
      condition: stillHas({ jobs: item?.jobs }),
    });
    const request = documents.send(update, { abortSignal: AbortSignal.timeout(timeoutMs) });
    await orConflict(request, `bucket ${bucket} was changed by another writer`);
    return next;
  }

  return {
    async read(bucket) {
      const item = await get(bucket, false);
      return item && histogramOf(item);
    },
    async count(bucket, seconds, now) {
      try {
        return await retryOnConflict(() => countOnce(bucket, seconds, now), MAX_TRIES);
      } catch (error) {
        if (error instanceof VersionConflict) return undefined;
        throw error;
      }
    },
  };
}

function keyOf(bucket: string) {
  return { videoModelId: `${KEY_PREFIX}${bucket}` };
}

function histogramOf({ weights, updatedAt }: Item): DurationHistogram {
  return { weights, updatedAt: Date.parse(updatedAt) };
}

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { FULL_RATE, type RateLimit } from "#domain/polling/rate-limit.ts";
import { unlessRefused } from "./versioned-write.ts";

/** The rate limit that all polls share: one item in the job table. */
export interface RateLimitStore {
  /** Eventually consistent: the rate limit of a moment ago will do. */
  read(): Promise<RateLimit>;
  /** @returns whether the next rate limit was written; false if another writer was first */
  replace(read: RateLimit, next: RateLimit): Promise<boolean>;
}

/** No job's id has a `#`, and without the indexes' attributes the item is in no list. */
const KEY = { videoModelId: "rate-limit#akool" };

/** No poll waits for the rate limit longer than this. */
const TIMEOUT_MS = 1_000;

const itemSchema = z.object({ rate: z.number(), changedAt: z.number() });

/** The rate limit store on DynamoDB. */
export function createRateLimitStore(
  client: DynamoDBClient,
  tableName: string,
  timeoutMs = TIMEOUT_MS,
): RateLimitStore {
  const documents = DynamoDBDocumentClient.from(client);
  const soon = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  return {
    async read() {
      const get = new GetCommand({ TableName: tableName, Key: KEY });
      const { Item } = await documents.send(get, soon());
      if (Item === undefined) return FULL_RATE;
      const { rate, changedAt } = itemSchema.parse(Item);
      return { rate, at: changedAt };
    },
    async replace(read, next) {
      const update = new UpdateCommand({
        TableName: tableName,
        Key: KEY,
        UpdateExpression: "SET rate = :rate, changedAt = :at",
        ConditionExpression: "attribute_not_exists(changedAt) OR changedAt = :read",
        ExpressionAttributeValues: { ":rate": next.rate, ":at": next.at, ":read": read.at },
      });
      return (await unlessRefused(documents.send(update, soon()))) !== undefined;
    },
  };
}

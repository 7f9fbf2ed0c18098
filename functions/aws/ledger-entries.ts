import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { type LedgerEntry, ledgerEntrySchema } from "#domain/ledger/entry.ts";
import { PARTITIONS } from "./ledger-keys.ts";
import { conditionalUpdate, documentClient, orConflict, stillHas } from "./versioned-write.ts";

/** The ledger's items on single jobs (decision 0080). */
export interface LedgerEntries {
  /**
   * Fixes the hour that a job is counted in. The first call decides; later ones read its result.
   *
   * @param hour as `2026-11-27T13`, in UTC
   */
  fixHour(videoModelId: string, hour: string, signal?: AbortSignal): Promise<string>;
  get(hour: string, videoModelId: string, signal?: AbortSignal): Promise<LedgerEntry | undefined>;
  /**
   * Replaces the entry that was read, or makes the first one.
   *
   * @throws VersionConflict if it has changed since
   */
  replace(read: LedgerEntry | undefined, next: LedgerEntry, signal?: AbortSignal): Promise<void>;
  /** Says that the entries of an hour have changed, after they have: its sums are then made anew. */
  markChanged(hour: string, signal?: AbortSignal): Promise<void>;
}

export interface LedgerEntriesOptions {
  client: DynamoDBClient;
  tableName: string;
  /** Epoch milliseconds. */
  now: () => number;
  /** Makes each mark a different one. */
  newToken: () => string;
}

const fixedSchema = z.object({ hour: z.string() });

/** The ledger's entries on DynamoDB. */
export function createLedgerEntries(options: LedgerEntriesOptions): LedgerEntries {
  const { client, tableName, now, newToken } = options;
  const documents = documentClient(client);
  const until = (signal?: AbortSignal) => (signal === undefined ? {} : { abortSignal: signal });

  return {
    async fixHour(videoModelId, hour, signal) {
      const update = new UpdateCommand({
        TableName: tableName,
        Key: { pk: PARTITIONS.job(videoModelId), sk: "hour" },
        UpdateExpression: "SET #hour = if_not_exists(#hour, :hour)",
        ExpressionAttributeNames: { "#hour": "hour" },
        ExpressionAttributeValues: { ":hour": hour },
        ReturnValues: "ALL_NEW",
      });
      return fixedSchema.parse((await documents.send(update, until(signal))).Attributes).hour;
    },
    async get(hour, videoModelId, signal) {
      const get = new GetCommand({
        TableName: tableName,
        Key: { pk: PARTITIONS.hour(hour), sk: videoModelId },
        ConsistentRead: true,
      });
      const { Item } = await documents.send(get, until(signal));
      return Item === undefined ? undefined : ledgerEntrySchema.parse(Item);
    },
    async replace(read, { earlier, ...next }, signal) {
      const { hour, videoModelId } = next;
      const update = conditionalUpdate({
        tableName,
        key: { pk: PARTITIONS.hour(hour), sk: videoModelId },
        attributes: { ...next, earlier },
        condition: stillHas({ acceptedAt: read?.acceptedAt, version: read?.version }),
      });
      await orConflict(
        documents.send(update, until(signal)),
        `the entry of ${videoModelId} was changed by another writer`,
      );
    },
    async markChanged(hour, signal) {
      const update = new UpdateCommand({
        TableName: tableName,
        Key: { pk: PARTITIONS.changed, sk: hour },
        UpdateExpression: "SET #token = :token, since = if_not_exists(since, :now)",
        ExpressionAttributeNames: { "#token": "token" },
        ExpressionAttributeValues: {
          ":token": newToken(),
          ":now": new Date(now()).toISOString(),
        },
      });
      await documents.send(update, until(signal));
    },
  };
}

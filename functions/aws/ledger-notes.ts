import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { type Job, VIDEO_LIFETIME_MS } from "#domain/job/job.ts";
import { type StatusCounts, statusCountsSchema } from "#domain/ledger/hour-sums.ts";
import { PARTITIONS } from "./ledger-keys.ts";
import { documentClient } from "./versioned-write.ts";

/** Jobs by their status, as they were at an instant. */
interface CountedJobs {
  counts: StatusCounts;
  /** ISO 8601. */
  at: string;
  /** The tags that the ledger was grouped by. */
  ledgerTags: readonly string[];
}

/** A video that AKOOL deletes soon, and that was not archived when this was noted. */
export interface ExpiringVideo {
  videoModelId: string;
  videoExpiresAt: string;
}

/** What the ledger's table holds besides entries and sums. */
export interface LedgerNotes {
  putCounts(counted: CountedJobs): Promise<void>;
  counts(): Promise<CountedJobs | undefined>;
  noteExpiring(job: Expiring, signal?: AbortSignal): Promise<void>;
  /** The video is archived, or lost. */
  removeExpiring(job: Expiring, signal?: AbortSignal): Promise<void>;
  /**
   * The soonest first, with those that were archived without that being noted; one read.
   *
   * @param from ISO 8601
   */
  expiring(from: string, limit: number): Promise<ExpiringVideo[]>;
  /** A person is about to settle a submission of unknown outcome. */
  noteSettled(submission: { createdAt: string; idempotencyKey: string }): Promise<void>;
  /** Submissions that were settled, of those created on these days, both included; one read. */
  countSettled(from: string, to: string): Promise<number>;
  /** Whether a share of a budget was warned of in the period. */
  wasWarned(period: string, share: number): Promise<boolean>;
  noteWarned(period: string, share: number, at: string): Promise<void>;
}

interface Key {
  pk: string;
  sk: string;
}

type Expiring = Pick<Job, "videoModelId" | "videoExpiresAt">;

const countsSchema = z.object({
  counts: statusCountsSchema,
  at: z.iso.datetime(),
  ledgerTags: z.array(z.string()),
});
const COUNTS_KEY = { pk: PARTITIONS.counts, sk: "jobs" };

/** These notes on DynamoDB. */
export function createLedgerNotes(client: DynamoDBClient, tableName: string): LedgerNotes {
  const documents = documentClient(client);
  const until = (signal?: AbortSignal) => (signal === undefined ? {} : { abortSignal: signal });
  const set = async (key: Key, attributes: Record<string, unknown>, signal?: AbortSignal) => {
    const names = Object.keys(attributes);
    const update = new UpdateCommand({
      TableName: tableName,
      Key: key,
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        names.map((name) => [`:${name}`, attributes[name]]),
      ),
    });
    await documents.send(update, until(signal));
  };
  const read = async (key: Key) =>
    (await documents.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true })))
      .Item;

  return {
    async putCounts(counted) {
      await set(COUNTS_KEY, { ...counted });
    },
    async counts() {
      const item = await read(COUNTS_KEY);
      return item === undefined ? undefined : countsSchema.parse(item);
    },
    async noteExpiring({ videoModelId, videoExpiresAt }, signal) {
      await set(
        expiringKey({ videoModelId, videoExpiresAt }),
        {
          videoModelId,
          videoExpiresAt,
          // Of use for as long as the sweeper goes on trying, which is a week.
          expiresAt: Math.floor((Date.parse(videoExpiresAt) + VIDEO_LIFETIME_MS) / 1000),
        },
        signal,
      );
    },
    async removeExpiring(job, signal) {
      const remove = new DeleteCommand({ TableName: tableName, Key: expiringKey(job) });
      await documents.send(remove, until(signal));
    },
    async expiring(from, limit) {
      const query = new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :pk AND sk >= :from",
        ExpressionAttributeValues: { ":pk": PARTITIONS.expiring, ":from": from },
        Limit: limit,
      });
      return z.array(expiringSchema).parse((await documents.send(query)).Items ?? []);
    },
    async noteSettled({ createdAt, idempotencyKey }) {
      const key = { pk: PARTITIONS.settled, sk: `${createdAt}#${idempotencyKey}` };
      await set(key, { idempotencyKey });
    },
    async countSettled(from, to) {
      const query = new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
        ExpressionAttributeValues: {
          ":pk": PARTITIONS.settled,
          ":from": from,
          ":to": `${to}${END_OF_DAY}`,
        },
        Select: "COUNT",
      });
      return (await documents.send(query)).Count ?? 0;
    },
    async wasWarned(period, share) {
      return (await read(warningKey(period, share))) !== undefined;
    },
    async noteWarned(period, share, at) {
      await set(warningKey(period, share), { at });
    },
  };
}

const expiringSchema = z.object({ videoModelId: z.string(), videoExpiresAt: z.iso.datetime() });

/** Sorts after every instant of a day. */
const END_OF_DAY = "U";

function expiringKey({ videoModelId, videoExpiresAt }: Expiring): Key {
  return { pk: PARTITIONS.expiring, sk: `${videoExpiresAt}#${videoModelId}` };
}

function warningKey(period: string, share: number): Key {
  return { pk: PARTITIONS.budget, sk: `${period}#${share}` };
}

import { createHash } from "node:crypto";
import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  GetCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { type Job, jobSchema, lastChange, toIso } from "#domain/job/job.ts";
import { isEnded, JOB_STATUSES, type JobStatus } from "#domain/job/job-status.ts";

/**
 * The status index has one partition a status and shard. A job enters and leaves each status once,
 * two index writes, so with 1,000 writes a second a partition the busiest status carries
 * 8 × 1,000 / 2 = 4,000 jobs a second; the time index, written once a job, carries 8,000.
 */
export const INDEX_SHARDS = 8;

/** Another writer was first; read again and decide anew. */
export class VersionConflict extends Error {
  override readonly name = "VersionConflict";
}

/** The records of all jobs: one item a job, every write one conditional update on it. */
export interface JobStore {
  get(videoModelId: string): Promise<Job | undefined>;
  /** The webhooks that have come for the job, whether it is on record or not. */
  wakes(videoModelId: string): Promise<Wakes>;
  /**
   * Notes a webhook, and reads the waiting execution's task token in the same update.
   * @returns nothing when the job is not on record
   */
  wake(videoModelId: string, ended: boolean): Promise<Woken | undefined>;
  /** @throws VersionConflict if the job is already known */
  create(job: Job): Promise<Job>;
  /**
   * Replaces the record that was read, and returns what was written.
   * @throws VersionConflict if it has changed since
   */
  replace(read: Job, next: Job): Promise<Job>;
  /**
   * Notes that the job's changes are published up to `seq`. If the sweeper was only to publish them,
   * it has nothing left to see to. Beside the version, as the webhook's count is.
   *
   * @param written the record that holds these changes
   */
  acknowledge(written: Job, seq: number): Promise<Job>;
  /**
   * Has the sweeper publish at its next run what could not be published.
   *
   * @param now epoch milliseconds
   */
  publishLater(job: Job, now: number): Promise<void>;
}

/**
 * Kept beside the record and outside its version: a webhook must never wait for, or disturb, another
 * writer. A count and not a time, so that nothing depends on clocks.
 */
export interface Wakes {
  count: number;
  /** Whether one of them has said that the job has ended. */
  ended: boolean;
}

interface Woken {
  status: JobStatus;
  /** ARN of the job's owner. */
  execution: string;
  /** Of the execution that waits for a callback, or has waited for one before. */
  taskToken: string | undefined;
}

export interface JobStoreOptions {
  client: DynamoDBClient;
  tableName: string;
  /** Days after its end at which a record is deleted; 0 keeps it for ever. */
  retentionDays: number;
}

/** The job store on DynamoDB. */
export function createJobStore({ client, tableName, retentionDays }: JobStoreOptions): JobStore {
  const documents = DynamoDBDocumentClient.from(client, {
    // A tag may be called "constructor": its map would be taken for an instance of a class.
    marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
  });

  async function write(job: Job, condition: Condition): Promise<Job> {
    const update = updateOf(job, retentionDays, condition === IS_NEW);
    try {
      await documents.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { videoModelId: job.videoModelId },
          UpdateExpression: update.expression,
          ConditionExpression: condition.expression,
          ExpressionAttributeNames: { ...update.names, ...condition.names },
          ExpressionAttributeValues: { ...update.values, ...condition.values },
        }),
      );
      return job;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      throw new VersionConflict(`job ${job.videoModelId} was changed by another writer`);
    }
  }

  /** Whether the condition held. */
  async function updates(input: UpdateCommandInput): Promise<boolean> {
    try {
      await documents.send(new UpdateCommand(input));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** A lower bound that only rises: of two publishers the slower one changes nothing. */
  function acknowledgement(job: Job, seq: number, settles: boolean): UpdateCommandInput {
    return {
      TableName: tableName,
      Key: { videoModelId: job.videoModelId },
      UpdateExpression: `SET publishedSeq = :seq${settles ? " REMOVE sweepAt, sweepShard, sweptOnlyToPublish" : ""}`,
      ConditionExpression: [
        "attribute_exists(videoModelId)",
        "(attribute_not_exists(publishedSeq) OR publishedSeq < :seq)",
        ...(settles ? ["#version = :version", "sweepAt = :sweepAt"] : []),
      ].join(" AND "),
      ...(settles && { ExpressionAttributeNames: { "#version": "version" } }),
      ExpressionAttributeValues: {
        ":seq": seq,
        ...(settles && { ":version": job.version, ":sweepAt": job.sweepAt }),
      },
    };
  }

  return {
    async get(videoModelId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: { videoModelId }, ConsistentRead: true }),
      );
      return Item === undefined ? undefined : jobSchema.parse(Item);
    },
    async wakes(videoModelId) {
      const { Item } = await documents.send(
        new GetCommand({
          TableName: tableName,
          Key: { videoModelId },
          ConsistentRead: true,
          ProjectionExpression: "wakeCount, wakeEnded",
        }),
      );
      const { wakeCount, wakeEnded } = wakesSchema.parse(Item ?? {});
      return { count: wakeCount, ended: wakeEnded };
    },
    async wake(videoModelId, ended) {
      const update = new UpdateCommand({
        TableName: tableName,
        Key: { videoModelId },
        UpdateExpression: `ADD wakeCount :one${ended ? " SET wakeEnded = :true" : ""}`,
        ConditionExpression: "attribute_exists(videoModelId)",
        ExpressionAttributeValues: { ":one": 1, ...(ended ? { ":true": true } : {}) },
        ReturnValues: "ALL_NEW",
      });
      try {
        const { Attributes } = await documents.send(update);
        const { status, execution, taskToken } = wokenSchema.parse(Attributes);
        return { status, execution, taskToken };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
    async acknowledge(written, seq) {
      const { sweepAt, sweptOnlyToPublish, ...kept } = written;
      const isSettled = sweptOnlyToPublish === true && lastChange(written).seq === seq;
      if (isSettled && (await updates(acknowledgement(written, seq, true)))) {
        return { ...kept, publishedSeq: seq };
      }
      await updates(acknowledgement(written, seq, false));
      return { ...written, publishedSeq: seq };
    },
    async publishLater({ videoModelId, sweepAt }, now) {
      await updates({
        TableName: tableName,
        Key: { videoModelId },
        UpdateExpression: "SET sweepAt = :now, sweepShard = :shard",
        // Somebody else has decided meanwhile when the sweeper is to come.
        ConditionExpression:
          sweepAt === undefined ? "attribute_not_exists(sweepAt)" : "sweepAt = :seen",
        ExpressionAttributeValues: {
          ":now": toIso(now),
          ":shard": sweepShardOf(videoModelId),
          ...(sweepAt === undefined ? {} : { ":seen": sweepAt }),
        },
      });
    },
    create: (job) => write(job, IS_NEW),
    replace: (read, next) => write({ ...next, version: read.version + 1 }, isUnchanged(read)),
  };
}

const wakesSchema = z.object({
  wakeCount: z._default(z.int(), 0),
  wakeEnded: z._default(z.boolean(), false),
});

const wokenSchema = z.object({
  status: z.enum(JOB_STATUSES),
  execution: z.string(),
  taskToken: z.optional(z.string()),
});

interface Condition {
  expression: string;
  names: Record<string, string>;
  values: Record<string, unknown>;
}

const IS_NEW: Condition = {
  expression: "attribute_not_exists(#key)",
  names: { "#key": "videoModelId" },
  values: {},
};

/**
 * The version counts within one record alone: after its TTL a job's id can come again. `acceptedAt`
 * never changes, and tells the two apart.
 */
function isUnchanged({ version, acceptedAt }: Job): Condition {
  return {
    expression: "#version = :readVersion AND #acceptedAt = :readAcceptedAt",
    names: { "#version": "version", "#acceptedAt": "acceptedAt" },
    values: { ":readVersion": version, ":readAcceptedAt": acceptedAt },
  };
}

/** Everything of the record but its key, in one update that leaves other attributes alone. */
function updateOf(job: Job, retentionDays: number, isNew: boolean) {
  const { videoModelId, publishedSeq, ...attributes } = job;
  const all: Record<string, unknown> = {
    ...OPTIONAL_ATTRIBUTES,
    ...attributes,
    // Later on it is `acknowledge` alone that raises it.
    ...(isNew && { publishedSeq }),
    ...indexKeys(job),
    expiresAt: expiresAt(job, retentionDays),
  };
  const names = Object.keys(all);
  const set = names.filter((name) => all[name] !== undefined);
  const remove = names.filter((name) => all[name] === undefined);
  return {
    expression: [
      `SET ${set.map((name) => `#${name} = :${name}`).join(", ")}`,
      ...(remove.length === 0 ? [] : [`REMOVE ${remove.map((name) => `#${name}`).join(", ")}`]),
    ].join(" "),
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(set.map((name) => [`:${name}`, all[name]])),
  };
}

/** Attributes that a later record may lack, and that have to go from the item then. */
const OPTIONAL_ATTRIBUTES = {
  notFoundSince: undefined,
  videoGoneAt: undefined,
  lossEvidence: undefined,
  lastObservation: undefined,
  akool: undefined,
  copyRuns: undefined,
  copyClaims: undefined,
  doubtful: undefined,
  archive: undefined,
  failure: undefined,
  fault: undefined,
  sweepAt: undefined,
  sweptOnlyToPublish: undefined,
  expiryPublishedAt: undefined,
} satisfies { [K in keyof Job as undefined extends Job[K] ? K : never]: undefined };

/**
 * The keys of the indexes, spread by a hash of the id, so that none is one hot key. Only jobs that
 * the sweeper has to see to are in its index, whose sort key is the job's own `sweepAt`.
 */
export function indexKeys({ videoModelId, status, acceptedAt, sweepAt }: Job) {
  const shard = shardOf(videoModelId);
  return {
    statusShard: `${status}#${shard}`,
    timeShard: `all#${shard}`,
    sweepShard: sweepAt === undefined ? undefined : sweepShardOf(videoModelId),
    /** Unique, so that a listing can go on exactly behind a job. */
    listKey: `${acceptedAt}#${videoModelId}`,
  };
}

function shardOf(videoModelId: string): number {
  return createHash("sha256").update(videoModelId).digest().readUInt8(0) % INDEX_SHARDS;
}

function sweepShardOf(videoModelId: string): string {
  return `sweep#${shardOf(videoModelId)}`;
}

/** DynamoDB's TTL, epoch seconds; only for records of jobs that have ended. */
function expiresAt(job: Job, retentionDays: number): number | undefined {
  if (retentionDays === 0 || !isEnded(job.status)) return undefined;
  return Math.floor(Date.parse(job.updatedAt) / 1000) + retentionDays * 86_400;
}

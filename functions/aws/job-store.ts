import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { measureChange } from "#domain/job/change-metrics.ts";
import { type Job, jobSchema, lastChange, toIso } from "#domain/job/job.ts";
import { JOB_STATUSES, type JobStatus } from "#domain/job/job-status.ts";
import type { Meter } from "#domain/metrics.ts";
import { jobAttributes, sweepShardOf } from "./job-item.ts";
import {
  type Condition,
  conditionalUpdate,
  documentClient,
  orConflict,
  stillHas,
  unlessRefused,
} from "./versioned-write.ts";

/**
 * The records of all jobs: one item a job, every write one conditional update on it. Decision 0005.
 */
export interface JobStore {
  get(videoModelId: string): Promise<Job | undefined>;
  /** The webhooks received for the job, even before there is a record of it. */
  wakes(videoModelId: string): Promise<Wakes>;
  /**
   * Counts a webhook, and reads the waiting execution's task token in the same update.
   *
   * @returns undefined if there is no record of the job
   */
  wake(videoModelId: string, ended: boolean): Promise<Woken | undefined>;
  /** @throws VersionConflict if there is a record of the job already */
  create(job: Job): Promise<Job>;
  /**
   * Replaces the record that was read, and returns what was written.
   *
   * @throws VersionConflict if it has changed since
   */
  replace(read: Job, next: Job): Promise<Job>;
  /**
   * Records that the job's changes are published up to `seq`. If the sweeper had only to publish them,
   * the job leaves its index. The version does not change, as with {@link Wakes}.
   *
   * @param written the record that holds these changes
   */
  acknowledge(written: Job, seq: number): Promise<Job>;
  /**
   * Has the next run of the sweeper publish what could not be published.
   *
   * @param now epoch milliseconds
   */
  publishLater(job: Job, now: number): Promise<void>;
}

/**
 * Stored with the record but outside its version: a webhook must never wait for, or disturb, another
 * writer. A count and not a time, so that nothing depends on clocks.
 */
export interface Wakes {
  count: number;
  /** Whether one of them said that the job has ended. */
  ended: boolean;
}

interface Woken {
  status: JobStatus;
  /** ARN of the job's owner. */
  execution: string;
  /** Of the execution that waits for a callback, or has waited for one before. */
  taskToken?: string | undefined;
}

export interface JobStoreOptions {
  client: DynamoDBClient;
  tableName: string;
  /** Days after its end at which a record is deleted; 0 keeps it for ever. */
  retentionDays: number;
}

/** The job store on DynamoDB. */
export function createJobStore({ client, tableName, retentionDays }: JobStoreOptions): JobStore {
  const documents = documentClient(client);

  async function write(job: Job, condition: Condition): Promise<Job> {
    const { videoModelId } = job;
    const attributes = jobAttributes(job, retentionDays, condition === IS_NEW);
    const update = conditionalUpdate({ tableName, key: { videoModelId }, attributes, condition });
    await orConflict(documents.send(update), `job ${videoModelId} was changed by another writer`);
    return job;
  }

  /** @returns whether the condition held */
  async function updates(input: UpdateCommandInput): Promise<boolean> {
    return (await unlessRefused(documents.send(new UpdateCommand(input)))) !== undefined;
  }

  /** `publishedSeq` only rises: of two publishers the slower one changes nothing. */
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
      const woken = await unlessRefused(documents.send(update));
      return woken === undefined ? undefined : wokenSchema.parse(woken.Attributes);
    },
    async acknowledge(written, seq) {
      const { sweepAt, sweptOnlyToPublish, ...rest } = written;
      const isSettled = sweptOnlyToPublish === true && lastChange(written).seq === seq;
      if (isSettled && (await updates(acknowledgement(written, seq, true)))) {
        return { ...rest, publishedSeq: seq };
      }
      await updates(acknowledgement(written, seq, false));
      return { ...written, publishedSeq: seq };
    },
    async publishLater({ videoModelId, sweepAt }, now) {
      const update = conditionalUpdate({
        tableName,
        key: { videoModelId },
        attributes: { sweepAt: toIso(now), sweepShard: sweepShardOf(videoModelId) },
        // Otherwise somebody else has decided meanwhile when the sweeper is to come.
        condition: stillHas({ sweepAt }),
      });
      await unlessRefused(documents.send(update));
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

const IS_NEW = stillHas({ videoModelId: undefined });

/**
 * The version counts within one record only: after its TTL a job's id can come again. `acceptedAt`
 * never changes, and distinguishes the two records.
 */
function isUnchanged({ version, acceptedAt }: Job): Condition {
  return stillHas({ version, acceptedAt });
}

/** A job store that measures every change that it has written, and no other. */
export function meteredJobStore(store: JobStore, meter: Meter): JobStore {
  const measure = (read: Job | undefined, written: Job): Job => {
    for (const { metric, value } of measureChange(read, written)) meter.add(metric, value);
    return written;
  };
  return {
    ...store,
    create: async (job) => measure(undefined, await store.create(job)),
    replace: async (read, next) => measure(read, await store.replace(read, next)),
  };
}

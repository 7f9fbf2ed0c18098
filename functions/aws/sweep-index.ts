import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateQuery } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { toIso } from "#domain/job/job.ts";
import { INDEX_SHARDS } from "./job-item.ts";
import { conditionalUpdate, stillHas, unlessRefused } from "./versioned-write.ts";

const dueSchema = z.object({ videoModelId: z.string(), sweepAt: z.string() });

/** A job that is due for the sweeper, as the index has it. */
export type DueJob = z.infer<typeof dueSchema>;

/** The jobs that the sweeper has work on, in a sparse index of the job table. */
export interface SweepIndex {
  /**
   * The jobs that are due, the most overdue first within each shard. The index is read page by page as
   * they are consumed, however many there are.
   *
   * @param now epoch milliseconds
   * @param firstShard varies, so that runs that are cut short do not neglect the same shards
   */
  due(now: number, firstShard: number): AsyncIterable<DueJob>;
  /**
   * Has the sweeper come back later, unless somebody has changed the time meanwhile. The record's version
   * does not change, so that this never conflicts with the job's execution.
   *
   * @param until epoch milliseconds
   */
  postpone(job: DueJob, until: number): Promise<void>;
}

/** The sweeper's index on DynamoDB. */
export function createSweepIndex(client: DynamoDBClient, tableName: string): SweepIndex {
  const documents = DynamoDBDocumentClient.from(client);

  async function* dueOf(shard: number, now: number) {
    const pages = paginateQuery(
      { client: documents },
      {
        TableName: tableName,
        IndexName: "bySweep",
        KeyConditionExpression: "sweepShard = :shard AND sweepAt <= :now",
        ExpressionAttributeValues: { ":shard": `sweep#${shard}`, ":now": toIso(now) },
      },
    );
    for await (const { Items } of pages) yield* z.array(dueSchema).parse(Items ?? []);
  }

  return {
    async *due(now, firstShard) {
      for (let i = 0; i < INDEX_SHARDS; i++) yield* dueOf((firstShard + i) % INDEX_SHARDS, now);
    },
    async postpone({ videoModelId, sweepAt }, until) {
      const update = conditionalUpdate({
        tableName,
        key: { videoModelId },
        attributes: { sweepAt: toIso(until) },
        condition: stillHas({ sweepAt }),
      });
      await unlessRefused(documents.send(update));
    },
  };
}

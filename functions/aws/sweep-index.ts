import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateQuery, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { toIso } from "#domain/job/job.ts";
import { INDEX_SHARDS } from "./job-store.ts";

const dueSchema = z.object({ videoModelId: z.string(), sweepAt: z.string() });

/** A job that the sweeper has to see to, as the index knows it. */
export type DueJob = z.infer<typeof dueSchema>;

/** The jobs that the sweeper has to see to, in a sparse index of the job table. */
export interface SweepIndex {
  /**
   * The jobs that are due, the most overdue first within each shard. The index is read page by page
   * as they are consumed, so it does not matter how many there are.
   *
   * @param now epoch milliseconds
   * @param firstShard begins there, so that a run that is cut short does not neglect the same ones
   */
  due(now: number, firstShard: number): AsyncIterable<DueJob>;
  /**
   * Has the sweeper come back later, unless somebody has changed the time meanwhile. Beside the
   * record's version: it must not get into the way of the job's execution.
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
      const update = new UpdateCommand({
        TableName: tableName,
        Key: { videoModelId },
        UpdateExpression: "SET sweepAt = :until",
        ConditionExpression: "sweepAt = :seen",
        ExpressionAttributeValues: { ":until": toIso(until), ":seen": sweepAt },
      });
      try {
        await documents.send(update);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

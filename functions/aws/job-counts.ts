import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateQuery } from "@aws-sdk/lib-dynamodb";
import type { JobStatus } from "#domain/job/job-status.ts";
import { INDEX_SHARDS } from "./job-item.ts";

/** Counts the jobs that have a status, in the index that lists them by it. */
export type CountJobs = (status: JobStatus) => Promise<number>;

/** The counts on DynamoDB: eight queries, and as many more as there are megabytes of index. */
export function createJobCounts(client: DynamoDBClient, tableName: string): CountJobs {
  const documents = DynamoDBDocumentClient.from(client);

  async function countShard(status: JobStatus, shard: number): Promise<number> {
    const pages = paginateQuery(
      { client: documents },
      {
        TableName: tableName,
        IndexName: "byStatus",
        KeyConditionExpression: "statusShard = :shard",
        ExpressionAttributeValues: { ":shard": `${status}#${shard}` },
        Select: "COUNT",
      },
    );
    let count = 0;
    for await (const { Count = 0 } of pages) count += Count;
    return count;
  }

  return async (status) => {
    const shards = Array.from({ length: INDEX_SHARDS }, (_, shard) => countShard(status, shard));
    return (await Promise.all(shards)).reduce((sum, count) => sum + count, 0);
  };
}

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { paginateScan } from "@aws-sdk/lib-dynamodb";
import { type Job, jobSchema } from "#domain/job/job.ts";
import { documentClient } from "./versioned-write.ts";

/**
 * Every record of the job table, in no order: for what a person starts, and no request. Reading a
 * million records of 1.6 kB takes about 400,000 read units.
 */
export async function* allJobs(client: DynamoDBClient, tableName: string): AsyncGenerator<Job> {
  const pages = paginateScan(
    { client: documentClient(client) },
    { TableName: tableName, ConsistentRead: true },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      // The rate limit and the learned durations are no jobs; no job's id has a `#`.
      if (!String(item.videoModelId).includes("#")) yield jobSchema.parse(item);
    }
  }
}

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createJobStore, type JobStore } from "#aws/job-store.ts";

/** The job table that a function's environment names. */
export function jobStoreOf(
  env: { JOB_TABLE_NAME: string; FINISHED_JOB_RETENTION_DAYS: number },
  client = new DynamoDBClient(),
): JobStore {
  return createJobStore({
    client,
    tableName: env.JOB_TABLE_NAME,
    retentionDays: env.FINISHED_JOB_RETENTION_DAYS,
  });
}

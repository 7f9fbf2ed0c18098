import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createJobStore, type JobStore, meteredJobStore } from "#aws/job-store.ts";
import { meter } from "./handler.ts";

/** The job table of a function's environment. Every change in it is measured. */
export function jobStoreOf(
  env: { JOB_TABLE_NAME: string; FINISHED_JOB_RETENTION_DAYS: number },
  client = new DynamoDBClient(),
): JobStore {
  const store = createJobStore({
    client,
    tableName: env.JOB_TABLE_NAME,
    retentionDays: env.FINISHED_JOB_RETENTION_DAYS,
  });
  return meteredJobStore(store, meter);
}

import { join } from "node:path";
import { startDynamoDb } from "@akool-archiver/local-aws/dynamodb/dynamodb.ts";
import { LOCAL_CLIENT } from "@akool-archiver/local-aws/http/local-client.ts";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { jobAttributes } from "#aws/job-item.ts";
import { acceptJob, type Job, lastChange, withStatus } from "#domain/job/job.ts";
import type { JobStatus } from "#domain/job/job-status.ts";
import { synthesize } from "#local/stack/synthesize.ts";
import { EXECUTION } from "#test/support/jobs.ts";

/** What BatchWriteItem takes. */
const BATCH = 25;
const MINUTE = 60_000;

export interface SeededJob {
  id: string;
  status: JobStatus;
  /** Epoch milliseconds. */
  acceptedAt: number;
  tags?: Record<string, string>;
  akool?: Record<string, unknown>;
  changes?: Partial<Job>;
}

/** A job that the sweeper leaves alone: nothing is due to be published, and nobody comes to it. */
export function seededJob({ id, status, acceptedAt, tags, akool, changes }: SeededJob): Job {
  const accepted = acceptJob({
    request: { videoModelId: id, ...(tags && { tags }) },
    execution: EXECUTION,
    now: acceptedAt,
    defaultDeadlineHours: 168,
  });
  const steps: JobStatus[] = ["queueing", "processing", "completed", status];
  const reached = steps
    .slice(0, steps.indexOf(status) + 1)
    .reduce(
      (job, step, index) => withStatus(job, step, acceptedAt + (index + 1) * MINUTE),
      accepted,
    );
  const {
    sweepAt: _sweepAt,
    sweptOnlyToPublish: _only,
    ...job
  } = status === "accepted" ? accepted : reached;
  return {
    ...job,
    pollCount: 4,
    publishedSeq: lastChange(job).seq,
    ...(akool && { akool }),
    ...changes,
  };
}

/** Writes jobs into the tables of a data directory that no process has open. */
export async function seed(data: string, jobs: readonly Job[]): Promise<void> {
  const { tables, table } = await synthesize();
  const dynamoDb = await startDynamoDb({ directory: join(data, "dynamodb") });
  const client = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: dynamoDb.endpoint });
  try {
    for (const definition of tables) await dynamoDb.createTable(definition);
    const documents = DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
    });
    for (let first = 0; first < jobs.length; first += BATCH) {
      const puts = jobs.slice(first, first + BATCH).map((job) => ({
        PutRequest: {
          Item: { videoModelId: job.videoModelId, ...jobAttributes(job, 0, true) },
        },
      }));
      await documents.send(new BatchWriteCommand({ RequestItems: { [table.name]: puts } }));
    }
  } finally {
    client.destroy();
    await dynamoDb.close();
  }
}

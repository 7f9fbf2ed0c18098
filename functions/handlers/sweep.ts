import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { deleteLeftovers, tidyArchived } from "#archive/upload/delete-leftovers.ts";
import { createTrackingExecutions } from "#aws/executions.ts";
import { createJobCounts } from "#aws/job-counts.ts";
import { createLedgerCounting } from "#aws/ledger-counting.ts";
import { createLedgerSums } from "#aws/ledger-sums.ts";
import { createEventPublisher } from "#aws/publish-events.ts";
import { createSweepIndex } from "#aws/sweep-index.ts";
import type { Job } from "#domain/job/job.ts";
import { keyStemOf } from "#domain/job/video-key.ts";
import { readEnvironment, sweepEnvironment } from "#runtime/environment.ts";
import { logger, meter, scheduledHandler } from "#runtime/handler.ts";
import { jobStoreOf } from "#runtime/job-store.ts";
import { budgetOf, ledgerOf } from "#runtime/ledger.ts";
import { type KeepDependencies, keepLedger } from "#use-cases/ledger/keep-ledger.ts";
import { sweepFor } from "#use-cases/sweeping/sweep.ts";
import type { SweepDependencies } from "#use-cases/sweeping/sweep-job.ts";
import { createLedgerWriter } from "#use-cases/tracking/enter-in-ledger.ts";

const env = readEnvironment(sweepEnvironment);
const dynamoDb = new DynamoDBClient();
const s3 = new S3Client();
const bucket = env.VIDEO_BUCKET_NAME;
const ledger = ledgerOf(env, dynamoDb);

const dependencies: SweepDependencies & KeepDependencies = {
  store: jobStoreOf(env, dynamoDb),
  ...ledger,
  enterInLedger: createLedgerWriter(ledger),
  index: createSweepIndex(dynamoDb, env.JOB_TABLE_NAME),
  executions: createTrackingExecutions(new SFNClient(), env.STATE_MACHINE_ARN),
  publish: createEventPublisher(new EventBridgeClient()),
  eventBusName: env.EVENT_BUS_NAME,
  defaultDeadlineHours: env.TRACKING_DEADLINE_HOURS,
  deleteLeftovers: (job, isOver, kept) => deleteLeftovers(s3, inBucket(job), isOver, kept),
  tidyArchived: (job, key, companions) => tidyArchived(s3, inBucket(job), key, companions),
  counting: createLedgerCounting(dynamoDb, env.LEDGER_TABLE_NAME),
  sums: createLedgerSums(dynamoDb, env.LEDGER_TABLE_NAME),
  countJobs: createJobCounts(dynamoDb, env.JOB_TABLE_NAME),
  budget: budgetOf(env),
  now: Date.now,
  random: Math.random,
  log: logger,
  meter,
};

function inBucket(job: Job) {
  return { bucket, keyStem: keyStemOf(job), acceptedAt: job.acceptedAt };
}

/** A run's last minute is left to what the ledger has begun. */
const LEDGER_END_MS = 60_000;

/**
 * Called on a schedule: finds jobs that have stopped moving and has them go on, and adds up the
 * ledger beside that: neither waits for the other.
 */
export const handler = scheduledHandler(async (remainingMs) => {
  const stopAt = Date.now() + remainingMs - LEDGER_END_MS;
  const [summary] = await Promise.all([
    sweepFor(dependencies, remainingMs),
    keepLedger(dependencies, stopAt),
  ]);
  return summary;
});

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { deleteLeftovers, tidyArchived } from "#archive/upload/delete-leftovers.ts";
import { createTrackingExecutions } from "#aws/executions.ts";
import { createEventPublisher } from "#aws/publish-events.ts";
import { createSweepIndex } from "#aws/sweep-index.ts";
import type { Job } from "#domain/job/job.ts";
import { keyStemOf } from "#domain/job/video-key.ts";
import { readEnvironment, sweepEnvironment } from "#runtime/environment.ts";
import { logger, meter, scheduledHandler } from "#runtime/handler.ts";
import { jobStoreOf } from "#runtime/job-store.ts";
import { sweepFor } from "#use-cases/sweeping/sweep.ts";
import type { SweepDependencies } from "#use-cases/sweeping/sweep-job.ts";

const env = readEnvironment(sweepEnvironment);
const dynamoDb = new DynamoDBClient();
const s3 = new S3Client();
const bucket = env.VIDEO_BUCKET_NAME;

const dependencies: SweepDependencies = {
  store: jobStoreOf(env, dynamoDb),
  index: createSweepIndex(dynamoDb, env.JOB_TABLE_NAME),
  executions: createTrackingExecutions(new SFNClient(), env.STATE_MACHINE_ARN),
  publish: createEventPublisher(new EventBridgeClient()),
  eventBusName: env.EVENT_BUS_NAME,
  defaultDeadlineHours: env.TRACKING_DEADLINE_HOURS,
  deleteLeftovers: (job, isOver, kept) => deleteLeftovers(s3, inBucket(job), isOver, kept),
  tidyArchived: (job, key, companions) => tidyArchived(s3, inBucket(job), key, companions),
  now: Date.now,
  random: Math.random,
  log: logger,
  meter,
};

function inBucket(job: Job) {
  return { bucket, keyStem: keyStemOf(job), acceptedAt: job.acceptedAt };
}

/** Called on a schedule: finds jobs that have stopped moving, and has them go on. */
export const handler = scheduledHandler((remainingMs) => sweepFor(dependencies, remainingMs));

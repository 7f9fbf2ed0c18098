import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import { createAkoolClient } from "#akool/client.ts";
import { createStreamCopier } from "#archive/copy-video.ts";
import { downloadPolicy } from "#archive/download-guard.ts";
import { createAkoolCredentials } from "#aws/akool-credentials.ts";
import { createJobStore } from "#aws/job-store.ts";
import { trackingRequestSchema } from "#domain/job.ts";
import { archiveVideoEnvironment, readEnvironment } from "./environment.ts";
import { logger, taskHandler } from "./handler.ts";
import { archiveJob } from "./tracking/archive-job.ts";

const env = readEnvironment(archiveVideoEnvironment);

/** Leaves a minute of Lambda's 15 to abort the upload and to record. */
const COPY_TIMEOUT_MS = 14 * 60_000;

const s3 = new S3Client();

const ports = {
  store: createJobStore({
    client: new DynamoDBClient(),
    tableName: env.JOB_TABLE_NAME,
    retentionDays: env.FINISHED_JOB_RETENTION_DAYS,
  }),
  akool: createAkoolClient({
    baseUrl: env.AKOOL_BASE_URL,
    credentials: createAkoolCredentials({
      apiKey: env.AKOOL_API_KEY,
      secretName: env.AKOOL_SECRET_NAME,
      secrets: new SecretsManagerClient(),
    }),
  }),
  copier: createStreamCopier({
    s3,
    policy: downloadPolicy(env.DOWNLOAD_ALLOWED_HOSTS, env.AKOOL_BASE_URL),
    maxBytes: env.MAX_VIDEO_BYTES,
  }),
  copyTimeoutMs: COPY_TIMEOUT_MS,
  s3,
  bucket: env.VIDEO_BUCKET_NAME,
  now: Date.now,
  log: logger,
  eventBusName: env.EVENT_BUS_NAME,
};

const inputSchema = z.object({
  request: trackingRequestSchema,
  execution: z.string(),
  announced: z.int(),
});

/** The workflow's ArchiveVideo task: copies the finished video into the bucket. */
export const handler = taskHandler(
  inputSchema,
  (input) => input.request.videoModelId,
  (input) => archiveJob(ports, input),
);

import "#runtime/small-semi-space.ts";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { createSubtitlesCopier } from "#archive/copy/copy-subtitles.ts";
import { createVideoCopier, meteredCopier } from "#archive/copy/copy-video.ts";
import { downloadPolicy } from "#archive/source/download-guard.ts";
import { createEventPublisher } from "#aws/publish-events.ts";
import { akoolClientOf } from "#runtime/akool-client.ts";
import { archiveVideoEnvironment, readEnvironment } from "#runtime/environment.ts";
import { logger, meter, taskHandler } from "#runtime/handler.ts";
import { jobStoreOf } from "#runtime/job-store.ts";
import { ledgerOf } from "#runtime/ledger.ts";
import { trackingLogKeys, trackingTaskSchema } from "#runtime/tracking-task.ts";
import { archiveJob } from "#use-cases/tracking/archive-job.ts";
import { createLedgerWriter } from "#use-cases/tracking/enter-in-ledger.ts";
import packageJson from "../../package.json" with { type: "json" };

const env = readEnvironment(archiveVideoEnvironment);

/** Leaves a minute of Lambda's 15 to abort the upload and to record. */
const COPY_TIMEOUT_MS = 14 * 60_000;

const s3 = new S3Client();

const source = {
  s3,
  policy: downloadPolicy(env.DOWNLOAD_ALLOWED_HOSTS, env.AKOOL_BASE_URL),
  maxBytes: env.MAX_VIDEO_BYTES,
};
const dynamoDb = new DynamoDBClient();

const dependencies = {
  store: jobStoreOf(env, dynamoDb),
  enterInLedger: createLedgerWriter(ledgerOf(env, dynamoDb)),
  akool: akoolClientOf(env),
  copier: meteredCopier(createVideoCopier(source), meter, Date.now),
  subtitles: createSubtitlesCopier(source),
  copyTimeoutMs: COPY_TIMEOUT_MS,
  s3,
  bucket: env.VIDEO_BUCKET_NAME,
  archiverVersion: packageJson.version,
  keyTemplate: env.VIDEO_KEY_TEMPLATE,
  objectTags: env.VIDEO_OBJECT_TAGS ?? [],
  storageClass: env.VIDEO_STORAGE_CLASS,
  now: Date.now,
  log: logger,
  publish: createEventPublisher(new EventBridgeClient()),
  eventBusName: env.EVENT_BUS_NAME,
};

/** The workflow's ArchiveVideo task: copies the finished video, and what belongs to it, into the bucket. */
export const handler = taskHandler(trackingTaskSchema, trackingLogKeys, (input) =>
  archiveJob(dependencies, input),
);

import "#archive/young-generation.ts";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { createVideoCopier } from "#archive/copy-video.ts";
import { downloadPolicy } from "#archive/download-guard.ts";
import { meteredCopier } from "#archive/metered-copier.ts";
import { createEventPublisher } from "#aws/publish-events.ts";
import { akoolClientOf } from "./akool-client.ts";
import { archiveVideoEnvironment, readEnvironment } from "./environment.ts";
import { logger, meter, taskHandler } from "./handler.ts";
import { jobStoreOf } from "./job-store.ts";
import { archiveJob } from "./tracking/archive-job.ts";
import { trackingLogKeys, trackingTaskSchema } from "./tracking-task.ts";

const env = readEnvironment(archiveVideoEnvironment);

/** Leaves a minute of Lambda's 15 to abort the upload and to record. */
const COPY_TIMEOUT_MS = 14 * 60_000;

const s3 = new S3Client();

const ports = {
  store: jobStoreOf(env),
  akool: akoolClientOf(env),
  copier: meteredCopier(
    createVideoCopier({
      s3,
      policy: downloadPolicy(env.DOWNLOAD_ALLOWED_HOSTS, env.AKOOL_BASE_URL),
      maxBytes: env.MAX_VIDEO_BYTES,
    }),
    meter,
    Date.now,
  ),
  copyTimeoutMs: COPY_TIMEOUT_MS,
  s3,
  bucket: env.VIDEO_BUCKET_NAME,
  now: Date.now,
  log: logger,
  publish: createEventPublisher(new EventBridgeClient()),
  eventBusName: env.EVENT_BUS_NAME,
};

/** The workflow's ArchiveVideo task: copies the finished video into the bucket. */
export const handler = taskHandler(trackingTaskSchema, trackingLogKeys, (input) =>
  archiveJob(ports, input),
);

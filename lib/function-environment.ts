import type { ArchiverConfig } from "#lib/config-schema.ts";

/** The stack's own resources that functions are told about, by name. */
export interface ResourceNames {
  readonly jobTableName: string;
  readonly eventBusName: string;
  readonly videoBucketName: string;
}

/** The environment variables of each function. */
export interface FunctionEnvironments {
  readonly checkStatus: Record<string, string>;
  readonly archiveVideo: Record<string, string>;
  readonly recordFailure: Record<string, string>;
}

/** Environment variables that every function has. */
export const COMMON_ENVIRONMENT = {
  LOG_LEVEL: "INFO",
  POWERTOOLS_SERVICE_NAME: "akool-video-archiver",
} as const;

/**
 * The one place where settings and resource names become the environment variables that the
 * functions read.
 *
 * @returns the variables of each function, without {@link COMMON_ENVIRONMENT}
 */
export function environmentFor(config: ArchiverConfig, names: ResourceNames): FunctionEnvironments {
  const record = {
    JOB_TABLE_NAME: names.jobTableName,
    EVENT_BUS_NAME: names.eventBusName,
    FINISHED_JOB_RETENTION_DAYS: String(config.finishedJobRetentionDays),
  };
  const akool = {
    AKOOL_BASE_URL: config.akoolBaseUrl,
    AKOOL_SECRET_NAME: config.akoolSecretName,
  };
  return {
    checkStatus: {
      ...record,
      ...akool,
      POLL_MIN_SECONDS: String(config.pollMinSeconds),
      POLL_MAX_SECONDS: String(config.pollMaxSeconds),
      TRACKING_DEADLINE_HOURS: String(config.trackingDeadlineHours),
    },
    archiveVideo: {
      ...record,
      ...akool,
      VIDEO_BUCKET_NAME: names.videoBucketName,
      DOWNLOAD_ALLOWED_HOSTS: config.downloadAllowedHosts,
      MAX_VIDEO_BYTES: String(config.maxVideoBytes),
    },
    recordFailure: record,
  };
}

import { App } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import {
  archiveVideoEnvironment,
  checkStatusEnvironment,
  readEnvironment,
  recordFailureEnvironment,
} from "#functions/environment.ts";
import { configFromContext } from "#lib/config.ts";
import { environmentFor } from "#lib/function-environment.ts";

const NAMES = { jobTableName: "jobs", eventBusName: "bus", videoBucketName: "videos" };

const environments = (archiver: Record<string, unknown> = {}) =>
  environmentFor(configFromContext(new App({ context: { archiver } }).node), NAMES);

describe("the functions' environments", () => {
  it("have the names that the functions read", () => {
    const { checkStatus, archiveVideo, recordFailure } = environments();

    expect(checkStatus).toEqual({
      JOB_TABLE_NAME: "jobs",
      EVENT_BUS_NAME: "bus",
      AKOOL_BASE_URL: "https://openapi.akool.com/api/open",
      AKOOL_SECRET_NAME: "akool-video-archiver/akool",
      POLL_MIN_SECONDS: "5",
      POLL_MAX_SECONDS: "300",
      TRACKING_DEADLINE_HOURS: "24",
      FINISHED_JOB_RETENTION_DAYS: "0",
    });
    expect(archiveVideo).toEqual({
      JOB_TABLE_NAME: "jobs",
      EVENT_BUS_NAME: "bus",
      VIDEO_BUCKET_NAME: "videos",
      AKOOL_BASE_URL: "https://openapi.akool.com/api/open",
      AKOOL_SECRET_NAME: "akool-video-archiver/akool",
      DOWNLOAD_ALLOWED_HOSTS: ".cloudfront.net,.akool.com",
      MAX_VIDEO_BYTES: "5368709120",
      FINISHED_JOB_RETENTION_DAYS: "0",
    });
    expect(recordFailure).toEqual({
      JOB_TABLE_NAME: "jobs",
      EVENT_BUS_NAME: "bus",
      FINISHED_JOB_RETENTION_DAYS: "0",
    });
  });

  it.each([
    ["smallest", { pollMinSeconds: 1, pollMaxSeconds: 1, trackingDeadlineHours: 0.001 }],
    ["smallest", { maxVideoBytes: 1, finishedJobRetentionDays: 0 }],
    ["largest", { pollMinSeconds: 3600, pollMaxSeconds: 3600, trackingDeadlineHours: 168 }],
    ["largest", { maxVideoBytes: 5 * 1024 ** 4, finishedJobRetentionDays: 3650 }],
  ])("are accepted by the functions at the %s settings, %j", (_, archiver) => {
    const { checkStatus, archiveVideo, recordFailure } = environments(archiver);

    expect(() => {
      readEnvironment(checkStatusEnvironment, checkStatus);
      readEnvironment(archiveVideoEnvironment, archiveVideo);
      readEnvironment(recordFailureEnvironment, recordFailure);
    }).not.toThrow();
  });
});

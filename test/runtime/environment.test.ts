import { describe, expect, it } from "vitest";
import {
  archiveVideoEnvironment,
  checkStatusEnvironment,
  InvalidEnvironment,
  readEnvironment,
  recordFailureEnvironment,
} from "#runtime/environment.ts";

const common = {
  JOB_TABLE_NAME: "jobs",
  EVENT_BUS_NAME: "events",
  FINISHED_JOB_RETENTION_DAYS: "0",
  LEDGER_TABLE_NAME: "ledger",
};
const akool = {
  AKOOL_BASE_URL: "https://openapi.akool.com/api/open",
  AKOOL_SECRET_NAME: "akool",
};
const checking = {
  ...common,
  ...akool,
  POLL_MIN_SECONDS: "5",
  POLL_MAX_SECONDS: "300",
  TRACKING_DEADLINE_HOURS: "0.5",
};
const archiving = {
  ...common,
  ...akool,
  VIDEO_BUCKET_NAME: "videos",
  DOWNLOAD_ALLOWED_HOSTS: ".cloudfront.net",
  MAX_VIDEO_BYTES: "5368709120",
  VIDEO_KEY_TEMPLATE: "{file_name}={videoModelId}",
  VIDEO_STORAGE_CLASS: "STANDARD",
};

describe("the environment", () => {
  it("is read into typed values", () => {
    expect(
      readEnvironment(recordFailureEnvironment, { ...common, TRACKING_DEADLINE_HOURS: "6" }),
    ).toMatchObject({ FINISHED_JOB_RETENTION_DAYS: 0, TRACKING_DEADLINE_HOURS: 6 });
    expect(readEnvironment(checkStatusEnvironment, checking)).toMatchObject({
      POLL_MIN_SECONDS: 5,
      POLL_MAX_SECONDS: 300,
      TRACKING_DEADLINE_HOURS: 0.5,
    });
    expect(readEnvironment(archiveVideoEnvironment, archiving)).toMatchObject({
      MAX_VIDEO_BYTES: 5_368_709_120,
      VIDEO_KEY_TEMPLATE: { segments: [[{ kind: "file_name" }, {}, { kind: "id" }]] },
    });
  });

  it.each([
    [{ POLL_MIN_SECONDS: "0" }, "POLL_MIN_SECONDS"],
    [{ POLL_MIN_SECONDS: "five" }, "POLL_MIN_SECONDS"],
    [{ POLL_MIN_SECONDS: "" }, "POLL_MIN_SECONDS"],
    [{ POLL_MIN_SECONDS: "301" }, "POLL_MIN_SECONDS: must not be greater than POLL_MAX_SECONDS"],
    [{ POLL_MAX_SECONDS: "3601" }, "POLL_MAX_SECONDS"],
    [{ ACCEPTABLE_DELAY_SECONDS: "0" }, "ACCEPTABLE_DELAY_SECONDS"],
    [{ ACCEPTABLE_DELAY_SECONDS: "1801" }, "ACCEPTABLE_DELAY_SECONDS"],
    [{ TRACKING_DEADLINE_HOURS: "169" }, "TRACKING_DEADLINE_HOURS"],
    [{ AKOOL_BASE_URL: "http://akool.com" }, "AKOOL_BASE_URL: must be a plain https URL"],
    [{ JOB_TABLE_NAME: undefined }, "JOB_TABLE_NAME"],
  ])("with %j is refused, naming the variable", (change, message) => {
    expect(() => readEnvironment(checkStatusEnvironment, { ...checking, ...change })).toThrow(
      message,
    );
  });

  it("with a template that makes no keys is refused, naming the variable", () => {
    const wrong = { ...archiving, VIDEO_KEY_TEMPLATE: "{file_name}" };

    expect(() => readEnvironment(archiveVideoEnvironment, wrong)).toThrow(
      "VIDEO_KEY_TEMPLATE: must hold {videoModelId}, because",
    );
  });

  it("reads keys, addresses and hosts as people paste them", () => {
    const pasted = {
      AKOOL_BASE_URL: "'https://openapi.akool.com/api/open/v3' ",
      AKOOL_API_KEY: "x-api-key: key",
      DOWNLOAD_ALLOWED_HOSTS: "*.cloudfront.net;a.example",
    };

    expect(readEnvironment(archiveVideoEnvironment, { ...archiving, ...pasted })).toMatchObject({
      AKOOL_BASE_URL: "https://openapi.akool.com/api/open",
      AKOOL_API_KEY: "key",
      DOWNLOAD_ALLOWED_HOSTS: ".cloudfront.net,a.example",
    });
  });

  it("never quotes a value, which could be a key in the wrong place", () => {
    const misplaced = { ...checking, POLL_MIN_SECONDS: "sk-secret", JOB_TABLE_NAME: "" };

    expect(() => readEnvironment(checkStatusEnvironment, misplaced)).toThrow(InvalidEnvironment);
    expect(() => readEnvironment(checkStatusEnvironment, misplaced)).not.toThrow("sk-secret");
  });
});

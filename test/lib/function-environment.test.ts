import { App } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { configFromContext } from "#lib/config.ts";
import {
  environmentFor,
  importEnvironments,
  jobApiEnvironment,
  sweeperEnvironment,
  webhookEnvironment,
} from "#lib/function-environment.ts";
import {
  akoolWebhookEnvironment,
  archiveVideoEnvironment,
  type CheckStatusVariables,
  checkStatusEnvironment,
  executionEndedEnvironment,
  jobApiEnvironment as jobApiEnvironmentSchema,
  type RecordFailureVariables,
  readEnvironment,
  recordFailureEnvironment,
  sweepEnvironment,
} from "#runtime/environment.ts";

const NAMES = {
  jobTableName: "jobs",
  ledgerTableName: "ledger",
  eventBusName: "bus",
  videoBucketName: "videos",
  webhookUrl: "https://api.example.com/webhooks/akool",
};

const API_NAMES = {
  ...NAMES,
  submissionTableName: "submissions",
  stateMachineArn: "arn:machine",
  importBucketName: "imports",
  importStateMachineArn: "arn:import-machine",
  importSources: "imports/imports/",
};

const WEBHOOK_NAMES = { ...NAMES, deliveryTableName: "deliveries", stateMachineArn: "arn:machine" };

function environments(archiver: Record<string, unknown> = {}) {
  const config = configFromContext(new App({ context: { archiver } }).node);
  return {
    ...environmentFor(config, NAMES),
    jobApi: jobApiEnvironment(config, API_NAMES),
    akoolWebhook: webhookEnvironment(config, WEBHOOK_NAMES),
    sweeper: sweeperEnvironment(config, API_NAMES),
    ...importEnvironments(config, API_NAMES),
  };
}

describe("the functions' environments", () => {
  it("do not compile without a variable that the function reads (npm run types)", () => {
    const { EVENT_BUS_NAME: _forgotten, ...rest } = environments().recordFailure;
    const { WEBHOOK_URL: _url, ...withoutWebhook } = environments().checkStatus;
    // @ts-expect-error EVENT_BUS_NAME is not set
    const recordFailure: RecordFailureVariables = rest;
    // @ts-expect-error the function can do without WEBHOOK_URL, a deployment cannot
    const checkStatus: CheckStatusVariables = withoutWebhook;

    expect(() => readEnvironment(recordFailureEnvironment, recordFailure)).toThrow(
      "EVENT_BUS_NAME",
    );
    expect(() => readEnvironment(checkStatusEnvironment, checkStatus)).not.toThrow();
  });

  it("name no proxy, and have Node use none", () => {
    const names = Object.values(environments()).flatMap((variables) => Object.keys(variables));

    expect(names.filter((name) => /proxy/i.test(name))).toEqual([]);
  });

  it("have the names that the functions read", () => {
    const {
      checkStatus,
      archiveVideo,
      recordFailure,
      executionEnded,
      jobApi,
      akoolWebhook,
      sweeper,
    } = environments();
    const { planImport, submitLines } = environments();

    expect(checkStatus).toEqual({
      JOB_TABLE_NAME: "jobs",
      EVENT_BUS_NAME: "bus",
      AKOOL_BASE_URL: "https://openapi.akool.com/api/open",
      AKOOL_SECRET_NAME: "akool-video-archiver/akool",
      POLL_MIN_SECONDS: "5",
      POLL_MAX_SECONDS: "300",
      TRACKING_DEADLINE_HOURS: "24",
      FINISHED_JOB_RETENTION_DAYS: "0",
      LEDGER_TABLE_NAME: "ledger",
      WEBHOOK_URL: "https://api.example.com/webhooks/akool",
    });
    expect(archiveVideo).toEqual({
      JOB_TABLE_NAME: "jobs",
      EVENT_BUS_NAME: "bus",
      VIDEO_BUCKET_NAME: "videos",
      AKOOL_BASE_URL: "https://openapi.akool.com/api/open",
      AKOOL_SECRET_NAME: "akool-video-archiver/akool",
      DOWNLOAD_ALLOWED_HOSTS: ".cloudfront.net,.akool.com",
      MAX_VIDEO_BYTES: "5368709120",
      VIDEO_KEY_TEMPLATE: "{videoModelId}",
      VIDEO_STORAGE_CLASS: "STANDARD",
      FINISHED_JOB_RETENTION_DAYS: "0",
      LEDGER_TABLE_NAME: "ledger",
    });
    const record = {
      JOB_TABLE_NAME: "jobs",
      EVENT_BUS_NAME: "bus",
      FINISHED_JOB_RETENTION_DAYS: "0",
      LEDGER_TABLE_NAME: "ledger",
    };
    expect(recordFailure).toEqual({ ...record, TRACKING_DEADLINE_HOURS: "24" });
    expect(executionEnded).toEqual({ ...record, TRACKING_DEADLINE_HOURS: "24" });
    expect(sweeper).toEqual({
      ...record,
      TRACKING_DEADLINE_HOURS: "24",
      STATE_MACHINE_ARN: "arn:machine",
      VIDEO_BUCKET_NAME: "videos",
      AWS_RETRY_MODE: "adaptive",
      AWS_MAX_ATTEMPTS: "10",
    });
    expect(jobApi).toEqual({
      JOB_TABLE_NAME: "jobs",
      SUBMISSION_TABLE_NAME: "submissions",
      EVENT_BUS_NAME: "bus",
      VIDEO_BUCKET_NAME: "videos",
      STATE_MACHINE_ARN: "arn:machine",
      AKOOL_BASE_URL: "https://openapi.akool.com/api/open",
      AKOOL_SECRET_NAME: "akool-video-archiver/akool",
      TRACKING_DEADLINE_HOURS: "24",
      FINISHED_JOB_RETENTION_DAYS: "0",
      LEDGER_TABLE_NAME: "ledger",
      VIDEO_URL_SECONDS: "900",
      VIDEO_LINKS_CHECKED: "false",
      WEBHOOK_URL: "https://api.example.com/webhooks/akool",
      IMPORT_BUCKET_NAME: "imports",
      IMPORT_STATE_MACHINE_ARN: "arn:import-machine",
      IMPORT_SOURCES: "imports/imports/",
      CREDIT_BUDGET_STOPS_SWAPS: "false",
    });
    expect(planImport).toEqual({ IMPORT_BUCKET_NAME: "imports" });
    expect(submitLines).toEqual({
      ...record,
      TRACKING_DEADLINE_HOURS: "24",
      STATE_MACHINE_ARN: "arn:machine",
    });
    expect(akoolWebhook).toEqual({
      ...record,
      TRACKING_DEADLINE_HOURS: "24",
      AKOOL_SECRET_NAME: "akool-video-archiver/akool",
      DELIVERY_TABLE_NAME: "deliveries",
      STATE_MACHINE_ARN: "arn:machine",
      WEBHOOK_WINDOW_HOURS: "24",
      WEBHOOK_STARTS_TRACKING: "true",
    });
  });

  it("name the acceptable delay where it is set", () => {
    expect(environments({ acceptableDelaySeconds: 7.5 }).checkStatus).toMatchObject({
      ACCEPTABLE_DELAY_SECONDS: "7.5",
    });
  });

  it("name keys, tags and class of videos as they are set", () => {
    const settings = {
      videoKeyTemplate: "{tag.team}/{videoModelId}",
      videoObjectTags: ["team", "cost center"],
      archiveStorageClass: "GLACIER_IR",
    };

    const { archiveVideo } = environments(settings);

    expect(archiveVideo).toMatchObject({
      VIDEO_KEY_TEMPLATE: "{tag.team}/{videoModelId}",
      VIDEO_OBJECT_TAGS: "team,cost center",
      VIDEO_STORAGE_CLASS: "GLACIER_IR",
    });
    expect(readEnvironment(archiveVideoEnvironment, archiveVideo)).toMatchObject({
      VIDEO_KEY_TEMPLATE: { segments: [[{ kind: "tag", name: "team" }], [{ kind: "id" }]] },
      VIDEO_OBJECT_TAGS: ["team", "cost center"],
      VIDEO_STORAGE_CLASS: "GLACIER_IR",
    });
  });

  it.each([
    [{ videoRetentionDays: 30 }, "true"],
    [{ videoTransitions: [{ storageClass: "DEEP_ARCHIVE", afterDays: 30 }] }, "true"],
    [{ videoTransitions: [{ storageClass: "GLACIER_IR", afterDays: 30 }] }, "false"],
  ])("have links checked where S3 may not give a video: %j", (settings, checked) => {
    expect(environments(settings).jobApi.VIDEO_LINKS_CHECKED).toBe(checked);
  });

  it("name the tags and the budget of the ledger where they are set", () => {
    const { checkStatus, jobApi, sweeper } = environments({
      ledgerTags: "team, project",
      creditBudget: 5000,
      creditBudgetPer: "day",
      creditBudgetWarnAt: 0.8,
      creditBudgetStopsSwaps: true,
    });
    const budget = {
      CREDIT_BUDGET: "5000",
      CREDIT_BUDGET_PER: "day",
      CREDIT_BUDGET_WARN_AT: "0.8",
    };

    expect(checkStatus).toMatchObject({ LEDGER_TAGS: "team,project" });
    expect(sweeper).toMatchObject(budget);
    expect(jobApi).toMatchObject({ ...budget, CREDIT_BUDGET_STOPS_SWAPS: "true" });
  });

  it.each([
    ["smallest", { pollMinSeconds: 1, pollMaxSeconds: 1, trackingDeadlineHours: 0.001 }],
    ["smallest", { maxVideoBytes: 1, finishedJobRetentionDays: 0 }],
    ["largest", { pollMinSeconds: 3600, pollMaxSeconds: 3600, trackingDeadlineHours: 168 }],
    ["largest", { maxVideoBytes: 5 * 1024 ** 4, finishedJobRetentionDays: 3650 }],
    ["smallest", { pollMinSeconds: 1, acceptableDelaySeconds: 1 }],
    ["largest", { pollMaxSeconds: 3600, acceptableDelaySeconds: 1800 }],
    ["smallest", { videoUrlSeconds: 60 }],
    ["largest", { videoUrlSeconds: 43_200 }],
    ["smallest", { webhookWindowHours: 1, webhookStartsTracking: false }],
    ["largest", { webhookWindowHours: 168 }],
    ["smallest", { creditBudget: 0.01, creditBudgetWarnAt: "0.0001" }],
    ["largest", { creditBudget: 1e12, creditBudgetWarnAt: "10", ledgerTags: "a,b,c" }],
  ])("are accepted by the functions at the %s settings, %j", (_, archiver) => {
    const {
      checkStatus,
      archiveVideo,
      recordFailure,
      executionEnded,
      jobApi,
      akoolWebhook,
      sweeper,
    } = environments(archiver);

    expect(() => {
      readEnvironment(checkStatusEnvironment, checkStatus);
      readEnvironment(archiveVideoEnvironment, archiveVideo);
      readEnvironment(recordFailureEnvironment, recordFailure);
      readEnvironment(executionEndedEnvironment, executionEnded);
      readEnvironment(jobApiEnvironmentSchema, jobApi);
      readEnvironment(akoolWebhookEnvironment, akoolWebhook);
      readEnvironment(sweepEnvironment, sweeper);
    }).not.toThrow();
  });
});

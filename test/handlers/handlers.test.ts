import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import {
  type AkoolSimulator,
  defaultApiKey,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { resultSha256 } from "@akool-archiver/akool-simulator/video-content.ts";
import type { LocalServer } from "@akool-archiver/local-aws/http/local-server.ts";
import { startS3 } from "@akool-archiver/local-aws/s3/s3.ts";
import {
  dynaliteTable,
  LEDGER_TABLE,
  TABLE,
  type TestStore,
} from "@akool-archiver/test-support/dynamodb.ts";
import { serve } from "@akool-archiver/test-support/http-server.ts";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createJobStore } from "#aws/job-store.ts";
import { acceptedJob, EXECUTION } from "#test/support/jobs.ts";

const context = {
  functionName: "test",
  awsRequestId: "request-1",
  memoryLimitInMB: "256",
} as Context;

let table: TestStore;
let akool: AkoolSimulator;
let s3: LocalServer;
let directory: string;
const lines: string[] = [];

/** Handlers read their environment when they are loaded, so each is imported after it is set. */
beforeAll(async () => {
  for (const level of ["info", "warn", "error", "log"] as const) {
    vi.spyOn(console, level).mockImplementation((line) => void lines.push(String(line)));
  }
  directory = await mkdtemp(join(tmpdir(), "handlers-"));
  table = await dynaliteTable();
  akool = await startAkoolSimulator();
  s3 = await startS3({
    root: directory,
    metadata: join(directory, "s3"),
    buckets: { videos: "videos" },
  });
  const environment = {
    JOB_TABLE_NAME: TABLE,
    LEDGER_TABLE_NAME: LEDGER_TABLE,
    EVENT_BUS_NAME: "events",
    VIDEO_BUCKET_NAME: "videos",
    FINISHED_JOB_RETENTION_DAYS: "30",
    AKOOL_BASE_URL: akool.baseUrl,
    AKOOL_API_KEY: defaultApiKey,
    POLL_MIN_SECONDS: "1",
    POLL_MAX_SECONDS: "2",
    TRACKING_DEADLINE_HOURS: "5",
    DOWNLOAD_ALLOWED_HOSTS: ".cloudfront.net",
    MAX_VIDEO_BYTES: "1000000",
    VIDEO_KEY_TEMPLATE: "{videoModelId}",
    VIDEO_STORAGE_CLASS: "STANDARD",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    // Logs go through the global console, where a test can read them.
    POWERTOOLS_DEV: "true",
    POWERTOOLS_METRICS_DISABLED: "false",
    POWERTOOLS_SERVICE_NAME: "MyStack",
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([table.close(), akool.close(), s3.close()]);
  await rm(directory, { recursive: true });
});

function scripted(script: Parameters<AkoolSimulator["addJob"]>[0]) {
  return akool.addJob(script);
}

describe("the handlers of the workflow", () => {
  it("check a job and archive its video, byte for byte", async () => {
    const checkStatus = (await import("#handlers/check-status.ts")).handler;
    const archiveVideo = (await import("#handlers/archive-video.ts")).handler;
    const id = scripted({
      queueMs: 0,
      processMs: 0,
      end: { kind: "complete", file: { kind: "sample" } },
    });

    const checked = await checkStatus(
      { request: { videoModelId: id }, execution: EXECUTION },
      context,
    );
    const archived = await archiveVideo(
      { request: { videoModelId: id }, execution: EXECUTION },
      context,
    );

    expect(checked).toMatchObject({ outcome: "archive", status: "completed" });
    expect(archived).toMatchObject({ status: "archived" });
    const file = await readFile(join(directory, "videos", `${id}.mp4`));
    expect(createHash("sha256").update(file).digest("hex")).toBe(
      await resultSha256({ kind: "sample" }),
    );
    const { version } = JSON.parse(
      await readFile(new URL("../../package.json", import.meta.url), "utf8"),
    );
    const sidecar = await readFile(join(directory, "videos", `${id}.json`), "utf8");
    expect(JSON.parse(sidecar)).toMatchObject({ archiverVersion: version });
  });

  it("work with the settings of their environment", async () => {
    const checkStatus = (await import("#handlers/check-status.ts")).handler;
    const archiveVideo = (await import("#handlers/archive-video.ts")).handler;
    const store = createJobStore({ client: table.client, tableName: TABLE, retentionDays: 0 });
    const large = { kind: "generated", bytes: 1_500_000 } as const;
    const id = scripted({ queueMs: 0, processMs: 0, end: { kind: "complete", file: large } });
    const failing = scripted({ queueMs: 0, processMs: 0, end: { kind: "fail" } });
    const old = scripted({ queueMs: 0, processMs: 0, end: { kind: "never" } });
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    await store.create({
      ...acceptedJob({ videoModelId: old }),
      attemptStartedAt: hourAgo,
      deadlineAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
    const check = (videoModelId: string) =>
      checkStatus({ request: { videoModelId }, execution: EXECUTION }, context);

    await check(id);
    await check(failing);
    const waiting = await check(old);

    const job = await store.get(id);
    expect(Date.parse(job?.deadlineAt ?? "") - Date.parse(job?.acceptedAt ?? "")).toBe(
      5 * 3_600_000,
    );
    expect(waiting).toMatchObject({ outcome: "wait", waitSeconds: 2 });
    await expect(
      archiveVideo({ request: { videoModelId: id }, execution: EXECUTION }, context),
    ).rejects.toMatchObject({ name: "VideoTooLarge" });
    const { Item } = await table.client.send(
      new GetItemCommand({ TableName: TABLE, Key: { videoModelId: { S: failing } } }),
    );
    const days = (Number(Item?.expiresAt?.N) - Date.now() / 1000) / 86_400;
    expect(Math.round(days)).toBe(30);
  });

  it("leave nothing behind when the source breaks off, and record it", async () => {
    const checkStatus = (await import("#handlers/check-status.ts")).handler;
    const archiveVideo = (await import("#handlers/archive-video.ts")).handler;
    const recordFailure = (await import("#handlers/record-failure.ts")).handler;
    const file = { kind: "cut", declared: 1_000_000, sent: 600_000 } as const;
    const id = scripted({ queueMs: 0, processMs: 0, end: { kind: "complete", file } });
    const request = { videoModelId: id };
    await checkStatus({ request, execution: EXECUTION }, context);

    await expect(
      archiveVideo({ request: { videoModelId: id }, execution: EXECUTION }, context),
    ).rejects.toMatchObject({ name: "SourceInterrupted" });
    const error = { Error: "SourceInterrupted", Cause: "cut" };
    const recorded = await recordFailure(
      { kind: "archive", request, execution: EXECUTION, error },
      context,
    );

    expect(recorded).toMatchObject({ status: "archive_failed" });
    expect(await readdir(join(directory, "videos"))).not.toContain(`${id}.mp4`);
  });

  it("fail the execution for a fault of our own", async () => {
    const recordFailure = (await import("#handlers/record-failure.ts")).handler;
    const id = scripted({ queueMs: 0, processMs: 0, end: { kind: "never" } });
    const error = { Error: "Lambda.Unknown", Cause: "crash" };

    await expect(
      recordFailure(
        { kind: "fault", request: { videoModelId: id }, execution: EXECUTION, error },
        context,
      ),
    ).rejects.toMatchObject({ name: "TrackingFault", message: "Lambda.Unknown: crash" });
  });

  it.each([
    [{}, "request"],
    [{ request: { videoModelId: "../x" }, execution: EXECUTION }, "videoModelId"],
    [{ request: { videoModelId: "689174694b4dbdd4ab3d28c9" } }, "execution"],
  ])("refuse the input %j and name the field", async (input, field) => {
    const checkStatus = (await import("#handlers/check-status.ts")).handler;

    await expect(checkStatus(input, context)).rejects.toMatchObject({
      name: "InvalidInput",
      message: expect.stringContaining(field),
    });
  });

  it("log the job's id and never the key", async () => {
    const checkStatus = (await import("#handlers/check-status.ts")).handler;
    lines.length = 0;
    const id = scripted({ queueMs: 0, processMs: 0, end: { kind: "never" } });

    await checkStatus({ request: { videoModelId: id }, execution: EXECUTION }, context);

    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        videoModelId: id,
        observed: "processing",
        message: "polled AKOOL",
      }),
    );
    expect(lines.join()).not.toContain(defaultApiKey);
  });
});

describe("the handler of ended executions", () => {
  it("records the reason and publishes what is due", async () => {
    const published: unknown[] = [];
    const bus = await serve(async (request, response) => {
      published.push(JSON.parse((await buffer(request)).toString()));
      response
        .setHeader("content-type", "application/x-amz-json-1.1")
        .end(JSON.stringify({ FailedEntryCount: 0, Entries: [] }));
    });
    vi.stubEnv("AWS_ENDPOINT_URL_EVENTBRIDGE", bus.origin);
    const executionEnded = (await import("#handlers/execution-ended.ts")).handler;
    const store = createJobStore({ client: table.client, tableName: TABLE, retentionDays: 0 });
    const job = await store.create({ ...acceptedJob({ videoModelId: "ended-by-hand" }) });

    await executionEnded(
      {
        source: "aws.states",
        detail: {
          executionArn: EXECUTION,
          status: "ABORTED",
          input: JSON.stringify({ videoModelId: job.videoModelId }),
          error: "ByHand",
          cause: null,
        },
      },
      context,
    );

    expect(await store.get(job.videoModelId)).toMatchObject({
      publishedSeq: 1,
      fault: { code: "ByHand", reason: "the execution ended ABORTED" },
    });
    expect(published).toMatchObject([
      { Entries: [{ EventBusName: "events", DetailType: "Video Job Status Change" }] },
    ]);
    await bus.close();
  });
});

import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type AkoolSimulator, startAkoolSimulator } from "#local/akool-simulator/simulator.ts";
import { resultSha256 } from "#local/akool-simulator/video-content.ts";
import type { LocalServer } from "#local/stand-ins/local-server.ts";
import { startS3 } from "#local/stand-ins/s3.ts";
import { dynaliteTable, TABLE, type TestStore } from "#test/support/dynamodb.ts";
import { EXECUTION } from "#test/support/jobs.ts";

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
  for (const level of ["info", "warn"] as const) {
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
    EVENT_BUS_NAME: "events",
    VIDEO_BUCKET_NAME: "videos",
    FINISHED_JOB_RETENTION_DAYS: "0",
    AKOOL_BASE_URL: akool.baseUrl,
    AKOOL_API_KEY: "simulator-key",
    POLL_MIN_SECONDS: "1",
    POLL_MAX_SECONDS: "2",
    TRACKING_DEADLINE_HOURS: "24",
    DOWNLOAD_ALLOWED_HOSTS: ".cloudfront.net",
    MAX_VIDEO_BYTES: "1000000000",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    // Logs go through the global console, where a test can read them.
    POWERTOOLS_DEV: "true",
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
    const checkStatus = (await import("#functions/check-status.ts")).handler;
    const archiveVideo = (await import("#functions/archive-video.ts")).handler;
    const id = scripted({
      queueMs: 0,
      processMs: 0,
      end: { kind: "complete", file: { kind: "sample" } },
    });

    const checked = await checkStatus(
      { request: { videoModelId: id }, execution: EXECUTION, announced: 0 },
      context,
    );
    const archived = await archiveVideo(
      { request: { videoModelId: id }, execution: EXECUTION, announced: 2 },
      context,
    );

    expect(checked).toMatchObject({ outcome: "archive", status: "completed" });
    expect(archived).toMatchObject({ status: "archived", announced: 3 });
    const file = await readFile(join(directory, "videos", `${id}.mp4`));
    expect(createHash("sha256").update(file).digest("hex")).toBe(
      await resultSha256({ kind: "sample" }),
    );
  });

  it("leave nothing behind when the source breaks off, and record it", async () => {
    const checkStatus = (await import("#functions/check-status.ts")).handler;
    const archiveVideo = (await import("#functions/archive-video.ts")).handler;
    const recordFailure = (await import("#functions/record-failure.ts")).handler;
    const file = { kind: "cut", declared: 1_000_000, sent: 600_000 } as const;
    const id = scripted({ queueMs: 0, processMs: 0, end: { kind: "complete", file } });
    const request = { videoModelId: id };
    await checkStatus({ request, execution: EXECUTION, announced: 0 }, context);

    await expect(
      archiveVideo({ request: { videoModelId: id }, execution: EXECUTION, announced: 2 }, context),
    ).rejects.toMatchObject({ name: "SourceInterrupted" });
    const error = { Error: "SourceInterrupted", Cause: "cut" };
    const recorded = await recordFailure(
      { kind: "archive", request, execution: EXECUTION, announced: 2, error },
      context,
    );

    expect(recorded).toMatchObject({ status: "archive_failed" });
    expect(await readdir(join(directory, "videos"))).not.toContain(`${id}.mp4`);
  });

  it("fail the execution for a fault of our own", async () => {
    const recordFailure = (await import("#functions/record-failure.ts")).handler;
    const id = scripted({ queueMs: 0, processMs: 0, end: { kind: "never" } });
    const error = { Error: "Lambda.Unknown", Cause: "crash" };

    await expect(
      recordFailure(
        { kind: "fault", request: { videoModelId: id }, execution: EXECUTION, announced: 0, error },
        context,
      ),
    ).rejects.toMatchObject({ name: "TrackingFault", message: "Lambda.Unknown: crash" });
  });

  it.each([
    [{}, "request"],
    [{ request: { videoModelId: "../x" }, execution: EXECUTION, announced: 0 }, "videoModelId"],
    [{ request: { videoModelId: "689174694b4dbdd4ab3d28c9" }, execution: EXECUTION }, "announced"],
  ])("refuse the input %j and name the field", async (input, field) => {
    const checkStatus = (await import("#functions/check-status.ts")).handler;

    await expect(checkStatus(input, context)).rejects.toMatchObject({
      name: "InvalidInput",
      message: expect.stringContaining(field),
    });
  });

  it("log the job's id and never the key", async () => {
    const checkStatus = (await import("#functions/check-status.ts")).handler;
    lines.length = 0;
    const id = scripted({ queueMs: 0, processMs: 0, end: { kind: "never" } });

    await checkStatus(
      { request: { videoModelId: id }, execution: EXECUTION, announced: 0 },
      context,
    );

    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        videoModelId: id,
        observed: "processing",
        message: "looked at AKOOL",
      }),
    );
    expect(lines.join()).not.toContain("simulator-key");
  });
});

import { defaultApiKey } from "@akool-archiver/akool-simulator/simulator.ts";
import { DELIVERY_TABLE } from "@akool-archiver/test-support/dynamodb.ts";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod/mini";
import { type Api, openApi } from "#test/http/api-harness.ts";
import { seal } from "#test/support/webhooks.ts";

const CLIENT_ID = "client-id";
const context = {
  functionName: "test",
  awsRequestId: "request-1",
  memoryLimitInMB: "256",
} as Context;

const lineSchema = z.looseObject({
  message: z.string(),
  function_request_id: z.optional(z.string()),
  videoModelId: z.optional(z.string()),
  execution: z.optional(z.string()),
});

let api: Api;
const captured: string[] = [];

/** Handlers read their environment when they are loaded, so each is imported after it is set. */
beforeAll(async () => {
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line) => void captured.push(String(line)));
  }
  // Logs go through the global console, where a test can read them.
  vi.stubEnv("POWERTOOLS_DEV", "true");
  api = await openApi({
    LOG_LEVEL: "INFO",
    AKOOL_CLIENT_ID: CLIENT_ID,
    DELIVERY_TABLE_NAME: DELIVERY_TABLE,
    WEBHOOK_WINDOW_HOURS: "24",
    WEBHOOK_STARTS_TRACKING: "true",
    POLL_MIN_SECONDS: "1",
    POLL_MAX_SECONDS: "2",
    DOWNLOAD_ALLOWED_HOSTS: ".cloudfront.net",
    MAX_VIDEO_BYTES: "1000000",
    VIDEO_KEY_TEMPLATE: "{videoModelId}",
    VIDEO_STORAGE_CLASS: "STANDARD",
  });
});
afterAll(async () => {
  await api.close();
  vi.restoreAllMocks();
});
beforeEach(() => {
  captured.length = 0;
});

function lines() {
  return captured.map((line) => lineSchema.parse(JSON.parse(line)));
}

const executionOf = (id: string, attempt = 1) =>
  `${api.machine.replace(":stateMachine:", ":execution:")}:${id}-${attempt}`;

function expectAbout(id: string, messages: readonly string[]) {
  expect(lines()).toMatchObject(
    messages.map((message) => ({
      message,
      videoModelId: id,
      execution: executionOf(id),
      function_request_id: "request-1",
    })),
  );
}

const completed = (file: "sample" | "html") =>
  api.akool.addJob({ queueMs: 0, processMs: 0, end: { kind: "complete", file: { kind: file } } });
const taskOf = (id: string) => ({
  request: { videoModelId: id },
  execution: executionOf(id),
});

describe("every log line about a job carries its id, its execution and the request", () => {
  it("of CheckStatus and ArchiveVideo", async () => {
    const checkStatus = (await import("#handlers/check-status.ts")).handler;
    const archiveVideo = (await import("#handlers/archive-video.ts")).handler;
    const id = completed("sample");

    await checkStatus(taskOf(id), context);
    await archiveVideo(taskOf(id), context);

    expectAbout(id, ["polled AKOOL", "archived the video"]);
  });

  it("of ArchiveVideo and RecordFailure when they fail", async () => {
    const checkStatus = (await import("#handlers/check-status.ts")).handler;
    const archiveVideo = (await import("#handlers/archive-video.ts")).handler;
    const recordFailure = (await import("#handlers/record-failure.ts")).handler;
    const id = completed("html");
    const error = { Error: "NotAVideo", Cause: "a page" };
    await checkStatus(taskOf(id), context);
    captured.length = 0;

    await expect(archiveVideo(taskOf(id), context)).rejects.toThrow();
    await recordFailure({ ...taskOf(id), kind: "archive", error }, context);
    await expect(recordFailure({ ...taskOf(id), kind: "fault", error }, context)).rejects.toThrow();

    expectAbout(id, [
      "the task has failed",
      "the video could not be archived",
      "the task has failed",
    ]);
  });

  it("of ExecutionEnded", async () => {
    const executionEnded = (await import("#handlers/execution-ended.ts")).handler;
    const id = completed("sample");
    await api.call("POST /jobs", { body: { videoModelId: id } });
    captured.length = 0;

    await executionEnded(
      {
        detail: {
          executionArn: executionOf(id),
          status: "ABORTED",
          input: JSON.stringify({ videoModelId: id }),
          error: "ByHand",
        },
      },
      context,
    );

    expectAbout(id, ["put the end of the execution on record"]);
  });

  it("of the HTTP API, with who has asked: an AWS identity, or a token's subject", async () => {
    const id = completed("sample");
    const userArn = "arn:aws:sts::123456789012:assumed-role/Film/anna";
    const claims = { iss: "https://login.example.com/", sub: "7f3e", client_id: "page" };
    const accessKey = "ASIAEXAMPLE";

    await api.call("POST /jobs", {
      body: { videoModelId: id },
      context: { authorizer: { iam: { userArn, accessKey } } },
    });
    await api.call(`POST /jobs/${id}/retry`, {
      headers: { authorization: "Bearer a.very.secret" },
      context: { authorizer: { jwt: { claims, scopes: null } } },
    });
    await api.call(`GET /jobs/${id}`);

    expect(lines()).toMatchObject([
      { message: "answered", caller: userArn },
      { message: "refused", caller: "7f3e https://login.example.com/", videoModelId: id },
      { message: "answered" },
    ]);
    // Not that of the request before.
    expect(lines()[2]).not.toHaveProperty("caller");
    expect(captured.join()).not.toMatch(/very\.secret|ASIAEXAMPLE/);
  });

  it("of the HTTP API, whatever it answers", async () => {
    const id = completed("sample");

    await api.call("POST /jobs", { body: { videoModelId: id } });
    await api.call(`GET /jobs/${id}`);
    await api.call(`GET /jobs/${id}/video`);
    await api.call(`POST /jobs/${id}/retry`);
    await api.call(`DELETE /jobs/${id}`);

    expectAbout(id, ["answered", "answered", "refused", "refused", "answered"]);
  });

  it("of the HTTP API when it has created the video itself", async () => {
    const { body } = await api.call("POST /character-swaps", {
      headers: { "idempotency-key": "log-lines" },
      body: { image: "https://example.com/a.png", video: "https://example.com/b.mp4" },
    });

    const id = body.job.videoModelId;
    expect(lines()).toMatchObject([
      { message: "created at AKOOL", videoModelId: id },
      { message: "answered", videoModelId: id, execution: executionOf(id) },
    ]);
  });

  it("of the HTTP API, also about a job that it does not know", async () => {
    await api.call("GET /jobs/never-heard-of");

    expect(lines()).toMatchObject([{ message: "refused", videoModelId: "never-heard-of" }]);
  });

  it("of the webhook", async () => {
    const akoolWebhook = (await import("#handlers/akool-webhook.ts")).handler;
    const id = completed("sample");
    await api.call("POST /jobs", { body: { videoModelId: id } });
    captured.length = 0;
    const payload = JSON.stringify({ _id: id, status: 3, type: "x", url: "" });
    const body = JSON.stringify(seal(payload, CLIENT_ID, defaultApiKey, Date.now()));

    await akoolWebhook({ body } as APIGatewayProxyEventV2, context);

    expectAbout(id, ["took a webhook"]);
  });

  it("and none carries what an earlier request was about", async () => {
    const id = completed("sample");
    await api.call("POST /jobs", { body: { videoModelId: id } });
    captured.length = 0;

    await api.call("GET /health");

    expect(lines()).toHaveLength(1);
    expect(lines()[0]).not.toHaveProperty("videoModelId");
    expect(lines()[0]).not.toHaveProperty("execution");
  });
});

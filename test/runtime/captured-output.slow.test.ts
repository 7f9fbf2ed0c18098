import { FunctionError } from "@akool-archiver/local-aws/lambda/function-error.ts";
import {
  createLambdaRuntime,
  type LambdaRuntime,
} from "@akool-archiver/local-aws/lambda/lambda-runtime.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";
import { synthesize } from "#local/stack/synthesize.ts";
import { completedJob, EXECUTION, jobWith, VIDEO_ID } from "#test/support/jobs.ts";
import { seal } from "#test/support/webhooks.ts";
import {
  type Answer,
  QUOTE,
  SECRETS,
  type Services,
  SIGNED_QUERY,
  startServices,
} from "./leaky-services.ts";

let assembly: ArchiverAssembly;
let services: Services;
let runtime: LambdaRuntime;
let lines: string[];

beforeAll(async () => {
  assembly = await synthesize();
  services = await startServices();
});
afterAll(() => services.close());

beforeEach(() => {
  lines = [];
  services.faults = {};
  services.events.length = 0;
  services.record = undefined;
  runtime = createLambdaRuntime({
    functions: assembly.functions,
    environment: {
      AWS_ENDPOINT_URL: services.url,
      AWS_MAX_ATTEMPTS: "1",
      AWS_SESSION_TOKEN: SECRETS.bearer,
      AKOOL_BASE_URL: `${services.url}/akool`,
      POWERTOOLS_LOGGER_LOG_EVENT: "true",
      LOG_LEVEL: "DEBUG",
    },
    onLog: (_, line) => lines.push(line),
  });
});
afterEach(() => runtime.close());

const IMPORT_ID = "3f2b8c1e-7a90-4b1d-9c3e-5d6f7a8b9c0d";
const task = { request: { videoModelId: VIDEO_ID }, execution: EXECUTION };
const sourceUrl = () => `${services.url}/source.mp4?${SIGNED_QUERY}`;

/** Every function, with an event in which there is something to hide. */
const EVENTS: Record<string, () => unknown> = {
  CheckStatusFunction: () => ({ ...task, taskToken: SECRETS.taskToken }),
  ArchiveVideoFunction: () => ({ ...task, apiKey: SECRETS.apiKey }),
  RecordFailureFunction: () => ({
    ...task,
    kind: "archive",
    error: { Error: "SourceUnavailable", Cause: JSON.stringify({ errorMessage: QUOTE }) },
  }),
  ExecutionEndedFunction: () => ({
    detail: {
      executionArn: EXECUTION,
      status: "FAILED",
      input: JSON.stringify(task.request),
      error: "TrackingFault",
      cause: QUOTE,
    },
  }),
  JobApiFunction: () => apiEvent("GET /jobs/{videoModelId}", { videoModelId: VIDEO_ID }),
  AkoolWebhookFunction: () => webhookEvent(VIDEO_ID),
  SweeperFunction: () => ({ authorization: `Bearer ${SECRETS.bearer}` }),
  ImportsPlanImportFunction: () => ({
    importId: IMPORT_ID,
    source: { bucket: "imports", key: `imports/${SIGNED_QUERY}` },
  }),
  ImportsSubmitLinesFunction: () => ({
    batch: {
      BatchInput: { importId: IMPORT_ID },
      Items: [
        { line: 1, text: JSON.stringify(VIDEO_ID) },
        { line: 2, text: JSON.stringify({ [QUOTE]: QUOTE }) },
        { line: 3, text: QUOTE },
      ],
    },
    lastTry: false,
  }),
  ImportsSummarizeImportFunction: () => ({
    importId: IMPORT_ID,
    lines: 1,
    manifest: { Bucket: "imports", Key: "manifest.json" },
  }),
};

function apiEvent(routeKey: string, pathParameters: Record<string, string>, body?: unknown) {
  const [method, path] = routeKey.split(" ");
  return {
    version: "2.0",
    routeKey,
    pathParameters,
    headers: {
      authorization: `Bearer ${SECRETS.bearer}`,
      "x-amz-security-token": SECRETS.taskToken,
      "content-type": "application/json",
      "idempotency-key": "key-1",
    },
    requestContext: { http: { method, path }, requestId: "r" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function webhookEvent(id: string) {
  const payload = JSON.stringify({ _id: id, status: 3, url: sourceUrl() });
  const body = JSON.stringify(seal(payload, SECRETS.clientId, SECRETS.apiKey, Date.now()));
  return { ...apiEvent("POST /webhooks/akool", {}), body };
}

interface Captured {
  /** What the function gave to the workflow or the caller. */
  result: unknown;
  /** All that it wrote, and its error as Lambda writes it. */
  log: string;
}

async function capture(name: string, event: unknown): Promise<Captured> {
  const id = [...assembly.functions.keys()].find((it) => it.slice(0, -8) === name);
  let result: unknown;
  try {
    result = await runtime.invoke(id ?? name, event);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    lines.push(JSON.stringify(error.answer));
  }
  // The last lines of a thread come a little after its answer.
  await expect.poll(() => lines.length).toBeGreaterThan(0);
  return { result, log: lines.join("\n") };
}

function expectNoSecret(where: string): void {
  const found = Object.entries(SECRETS).filter(([, secret]) => where.includes(secret));
  expect(found.map(([name]) => name)).toEqual([]);
}

const refusal: Answer = (response) => {
  response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify({ __type: "ValidationException", message: QUOTE, Message: QUOTE }));
};
const page: Answer = (response) => {
  response.writeHead(200, { "content-type": `text/html; token=${SECRETS.bearer}` }).end(QUOTE);
};
const says =
  (code: number): Answer =>
  (response) =>
    void response.end(JSON.stringify({ code, msg: `key ${SECRETS.apiKey} is bad; ${QUOTE}` }));
const sendsOn: Answer = (response) =>
  void response.writeHead(302, { location: `https://evil.example/?${SIGNED_QUERY}` }).end();

const FAULTS: [string, Services["faults"]][] = [
  ["all is well", {}],
  ["AWS refuses, quoting what it got", { aws: refusal }],
  ["AWS answers with a page", { aws: page }],
  ["the secret cannot be read", { secret: refusal }],
  [
    "the secret is something else",
    { secret: (r) => void r.end(JSON.stringify({ SecretString: QUOTE })) },
  ],
  ["AKOOL answers with a page", { akool: page }],
  ["AKOOL quotes the key (account)", { akool: says(1101) }],
  ["AKOOL quotes the key (rejected)", { akool: says(1003) }],
  ["AKOOL quotes the key (undocumented)", { akool: says(4242) }],
  ["the source sends on elsewhere", { source: sendsOn }],
  ["the source serves a page", { source: page }],
  ["the source refuses", { source: refusal }],
];

describe("the output of", () => {
  it("every function is looked at here", () => {
    const names = [...assembly.functions.keys()].map((id) => id.slice(0, -8));

    expect(names.toSorted()).toEqual(Object.keys(EVENTS).toSorted());
  });

  describe.each(Object.keys(EVENTS))("%s", (name) => {
    it.each(FAULTS)("holds no secret when %s", async (_, faults) => {
      const akool = { _id: VIDEO_ID, video: sourceUrl(), image_url: sourceUrl() };
      services.record = completedJob({ akool, execution: EXECUTION });
      if (name.startsWith("CheckStatus")) services.record = jobWith("accepted");
      services.faults = faults;

      const { result, log } = await capture(name, EVENTS[name]?.());

      expect(log).toMatch(/Lambda invocation event/);
      expectNoSecret(log);
      expectNoSecret(services.events.join());
      // What the workflow gets is its state. The API's callers alone may see a record's addresses.
      if (!name.startsWith("JobApi")) expectNoSecret(JSON.stringify(result) ?? "");
    });

    it("holds no secret when the input is not what it should be", async () => {
      const { log } = await capture(name, {
        ...apiEvent("POST /jobs", {}, { videoModelId: QUOTE }),
        request: { videoModelId: QUOTE, tags: { [QUOTE]: QUOTE } },
      });

      expectNoSecret(log);
    });

    it("holds no secret when the record is broken", async () => {
      services.record = { videoModelId: QUOTE, status: QUOTE, statusHistory: QUOTE, [QUOTE]: 1 };

      const { log } = await capture(name, EVENTS[name]?.());

      expectNoSecret(log);
    });
  });

  it.each(FAULTS)("JobApi holds no secret when a video is created and %s", async (_, faults) => {
    services.faults = faults;
    const body = { image: `https://a.example/b?${SIGNED_QUERY}`, video: sourceUrl() };

    const { log, result } = await capture(
      "JobApiFunction",
      apiEvent("POST /character-swaps", {}, body),
    );

    expectNoSecret(log);
    expectNoSecret(JSON.stringify(result));
  });

  it("JobApi holds no link that was made", async () => {
    const archive = {
      bucket: "videos",
      key: `${VIDEO_ID}.mp4`,
      bytes: 1,
      contentType: "video/mp4",
      checksum: "crc32:AAAAAA==",
      etag: "e",
      archivedAt: "2026-01-05T12:00:00.000Z",
      sourceUrl: "https://a.example/b",
    };
    services.record = jobWith("archived", { archive });
    const event = apiEvent("GET /jobs/{videoModelId}/video", { videoModelId: VIDEO_ID });

    const { log, result } = await capture("JobApiFunction", event);

    expect(JSON.stringify(result)).toContain("X-Amz-Signature=");
    expect(log).not.toContain("X-Amz-Signature=");
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AkoolSimulator,
  defaultClientId,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { portOf } from "@akool-archiver/local-aws/http/local-server.ts";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod/mini";
import { synthesize } from "#local/stack/synthesize.ts";
import { Paper } from "../display/screen.ts";
import { IMPATIENT, runCommand } from "./runs.ts";

/** A poll that comes within this test would be seen as a call too many. */
const WITH_WEBHOOKS = {
  ...IMPATIENT,
  AKOOL_CLIENT_ID: defaultClientId,
  POLL_MIN_SECONDS: "600",
  POLL_MAX_SECONDS: "600",
};
const SOON = { timeout: 100_000, interval: 50 };
const complete = { kind: "complete", file: { kind: "sample" } } as const;

const readySchema = z.object({
  type: z.literal("ready"),
  api: z.string(),
  eventBridge: z.string(),
  s3: z.string(),
  webhook: z.optional(z.string()),
});
const swapSchema = z.object({ job: z.object({ videoModelId: z.string() }) });
const jobSchema = z.object({ status: z.string() });

let root: string;
let data: string;
let simulator: AkoolSimulator;

beforeAll(async () => {
  await synthesize();
  root = await mkdtemp(join(tmpdir(), "serve-"));
  simulator = await startAkoolSimulator();
});
beforeEach(async () => {
  data = await mkdtemp(join(root, "data-"));
});
afterAll(async () => {
  await simulator.close();
  await rm(root, { recursive: true });
});

function args(...more: string[]): string[] {
  const port = more.includes("--port") ? [] : ["--port", "0"];
  return ["serve", ...port, "--data", data, "--akool-url", simulator.baseUrl, ...more];
}

/** Serves until the test is done with it. */
async function serveWhile(
  environment: NodeJS.ProcessEnv,
  test: (ready: z.infer<typeof readySchema>) => Promise<void>,
  more: readonly string[] = [],
): Promise<number> {
  const interruption = new AbortController();
  const paper = new Paper();
  const running = runCommand(args("--json", ...more), {
    environment,
    out: paper,
    interrupted: interruption.signal,
  });
  const ready = await vi.waitUntil(() => paper.lines.find((line) => line.includes('"ready"')), {
    timeout: 60_000,
  });
  try {
    await test(readySchema.parse(JSON.parse(ready)));
  } finally {
    interruption.abort();
    await running;
  }
  return (await running).code;
}

/** A port that nobody had a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const port = portOf(probe.address());
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function putEvent(endpoint: string, EventBusName: string, detail: object): Promise<void> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new EventBridgeClient({ endpoint, region: "us-east-1", credentials });
  const DetailType = "Video Job Requested";
  const Entries = [{ EventBusName, Source: "my.app", DetailType, Detail: JSON.stringify(detail) }];
  await client.send(new PutEventsCommand({ Entries }));
  client.destroy();
}

async function createSwap(api: string): Promise<string> {
  const response = await fetch(`${api}/character-swaps`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "swap-1" },
    body: JSON.stringify({
      image: "https://example.com/a.png",
      video: "https://example.com/b.mp4",
    }),
  });
  return swapSchema.parse(await response.json()).job.videoModelId;
}

async function statusOf(api: string, id: string): Promise<string> {
  return jobSchema.parse(await (await fetch(`${api}/jobs/${id}`)).json()).status;
}

describe("serve", () => {
  it("is called back by the simulator, which ends a job without a poll", async () => {
    const code = await serveWhile(WITH_WEBHOOKS, async ({ api, webhook }) => {
      const id = await createSwap(api);
      await vi.waitUntil(async () => (await statusOf(api, id)) === "queueing", SOON);

      simulator.updateJob(id, { queueMs: 0, processMs: 0, end: complete });
      await vi.waitUntil(async () => (await statusOf(api, id)) === "archived", SOON);

      expect(webhook).toBe(`${api}/webhooks/akool`);
      expect(simulator.calls(id)).toBeLessThanOrEqual(3);
    });

    expect(code).toBe(0);
  }, 180_000);

  it("asks AKOOL for no webhook that could not be verified", async () => {
    await serveWhile(IMPATIENT, async ({ api, webhook }) => {
      const id = await createSwap(api);

      const url = `${simulator.baseUrl}/v3/content/video/infobymodelid?video_model_id=${id}`;
      const headers = { "x-api-key": IMPATIENT.AKOOL_API_KEY };
      const answer = await (await fetch(url, { headers })).json();

      expect(webhook).toBeUndefined();
      expect(answer).toMatchObject({ code: 1000 });
      expect(answer).not.toHaveProperty("data.webhookUrl");
    });
  }, 180_000);

  it.each([
    [WITH_WEBHOOKS, /Webhooks: +http:\/\/127\.0\.0\.1:\d+\/webhooks\/akool/],
    [IMPATIENT, /Webhooks: +off, jobs are polled: AKOOL_CLIENT_ID is not set/],
  ])("says where webhooks come in", async (environment, words) => {
    const interruption = new AbortController();
    const paper = new Paper();
    const out = {
      write(text: string) {
        paper.write(text);
        if (text.includes("Ctrl-C stops")) interruption.abort();
      },
    };

    const { code } = await runCommand(args(), {
      environment,
      out,
      interrupted: interruption.signal,
    });

    expect(code).toBe(0);
    expect(paper.text).toMatch(words);
  });

  it.each(["--port", "--events-port", "--s3-port"])(
    "names a port of %s that is taken, and leaves the directory free",
    async (option) => {
      await using stack = new AsyncDisposableStack();
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
      stack.defer(() => void other.close());
      const port = String(portOf(other.address()));

      const taken = await runCommand(args(option, port));

      const words = `port ${port} cannot be used (EADDRINUSE). Choose another with ${option}`;
      expect(taken).toMatchObject({ code: 2, error: expect.stringContaining(words) });
      expect(await serveWhile(IMPATIENT, async () => {})).toBe(0);
    },
    180_000,
  );

  it("listens where it is told", async () => {
    const [events, s3] = [await freePort(), await freePort()];

    await serveWhile(
      IMPATIENT,
      async (ready) => {
        expect(ready).toMatchObject({
          eventBridge: `http://127.0.0.1:${events}`,
          s3: `http://127.0.0.1:${s3}`,
        });
      },
      ["--events-port", String(events), "--s3-port", String(s3)],
    );
  }, 180_000);

  it("takes any free port instead of one that nobody has chosen and something else has", async () => {
    await using stack = new AsyncDisposableStack();
    const api = await freePort();
    const others = [createServer(), createServer()] as const;
    for (const [index, other] of others.entries()) {
      await new Promise<void>((resolve) => {
        // If it cannot be had here either, something else has it.
        other.once("error", () => resolve()).listen(api + 2 + index, "127.0.0.1", resolve);
      });
      stack.defer(() => void other.close());
    }

    await serveWhile(
      IMPATIENT,
      async (ready) => {
        expect(ready).toMatchObject({ api: `http://127.0.0.1:${api}` });
        expect([ready.eventBridge, ready.s3]).not.toContain(`http://127.0.0.1:${api + 2}`);
        expect([ready.eventBridge, ready.s3]).not.toContain(`http://127.0.0.1:${api + 3}`);
      },
      ["--port", String(api)],
    );
  }, 180_000);

  it("has a line for each request and refusal, and a last word", async () => {
    const interruption = new AbortController();
    const paper = new Paper();
    const running = runCommand(args(), { out: paper, interrupted: interruption.signal });
    const found = (pattern: RegExp) =>
      vi.waitUntil(() => pattern.exec(paper.text), { timeout: 90_000, interval: 50 });
    const [, api = ""] = await found(/The HTTP API: +(\S+)/);
    const [, eventBridge = "", bus = ""] = await found(/EventBridge: +(\S+) +\(bus (\w+)\)/);

    await fetch(`${api}/health?token=not-to-be-told`);
    await fetch(`${api}/jobs/a-secret-of-eight`, { method: "DELETE" });
    await fetch(`${api}/_local/events?after=0`);
    await putEvent(eventBridge, bus, { videoModelId: "x" });

    await found(/Z {2}GET \/health {2}200 {2}\d+ ms\n/);
    await found(/Z {2}DELETE \/jobs\/a-secret-of-eight {2}404 {2}\d+ ms {2}There is no such job/);
    await found(/Z {2}dead letter {2}a request was refused: .*at request\.videoModelId\n/);
    expect(paper.text).not.toMatch(/not-to-be-told|_local\/events {2}\d/);
    interruption.abort();
    await running;
    expect(paper.lines.slice(-3)).toEqual([
      "Stopping …",
      "Nothing is lost. Go on with:",
      `  npm start -- serve --data ${data} --port 0 --akool-url ${simulator.baseUrl}`,
    ]);
  }, 180_000);

  it("frees its port when the directory is in use", async () => {
    await serveWhile(IMPATIENT, async ({ api }) => {
      const second = await runCommand(args());

      expect(second).toMatchObject({ code: 2, error: expect.stringContaining("in use") });
      expect(await statusOf(api, await createSwap(api))).toBeDefined();
    });
  }, 180_000);
});

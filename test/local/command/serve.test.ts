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
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod/mini";
import { synthesize } from "#local/stack/synthesize.ts";
import { Paper } from "../display/screen.ts";
import { IMPATIENT, runCommand } from "./runs.ts";

/** A poll that comes within this test would be seen as a call too many. */
const HOOKED = {
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
  return ["serve", "--port", "0", "--data", data, "--akool-url", simulator.baseUrl, ...more];
}

/** Serves until the test is done with it. */
async function serveWhile(
  environment: NodeJS.ProcessEnv,
  test: (ready: z.infer<typeof readySchema>) => Promise<void>,
): Promise<number> {
  const interruption = new AbortController();
  const paper = new Paper();
  const running = runCommand(args("--json"), {
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
    const code = await serveWhile(HOOKED, async ({ api, webhook }) => {
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
    [HOOKED, /Webhooks: +http:\/\/127\.0\.0\.1:\d+\/webhooks\/akool/],
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

  it("names a port that is taken, and leaves the directory free", async () => {
    await using stack = new AsyncDisposableStack();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    stack.defer(() => void other.close());
    const port = String(portOf(other.address()));

    const taken = await runCommand(args("--port", port));

    expect(taken).toMatchObject({ code: 2, error: expect.stringContaining(port) });
    expect(await serveWhile(IMPATIENT, async () => {})).toBe(0);
  }, 180_000);

  it("frees its port when the directory is in use", async () => {
    await serveWhile(IMPATIENT, async ({ api }) => {
      const second = await runCommand(args());

      expect(second).toMatchObject({ code: 2, error: expect.stringContaining("in use") });
      expect(await statusOf(api, await createSwap(api))).toBeDefined();
    });
  }, 180_000);
});

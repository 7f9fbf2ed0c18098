import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  type AkoolSimulator,
  defaultApiKey,
  defaultClientId,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { resultSha256 } from "@akool-archiver/akool-simulator/video-content.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Served, serveWith } from "#test/e2e/served.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
const INPUTS = ["https://example.com/character.png", "https://example.com/source.mp4"];
/** A created swap takes AKOOL's 110 s. */
const CLOCK_SPEED = 40;

const execute = promisify(execFile);
const hasPython = await execute("python3", ["-c", "import requests"]).then(
  () => true,
  () => false,
);

let directory: string;
let akool: AkoolSimulator;
let served: Served;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "examples-"));
  const start = Date.now();
  akool = await startAkoolSimulator({ now: () => start + (Date.now() - start) * CLOCK_SPEED });
  served = await serveWith(akool, defaultApiKey, { AKOOL_CLIENT_ID: defaultClientId });
});
afterAll(async () => {
  await served.close();
  await akool.close();
  await rm(directory, { recursive: true });
});

async function run(program: string, example: string): Promise<string> {
  const { stdout } = await execute(program, [join(EXAMPLES, example), ...INPUTS], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      AKOOL_BASE_URL: akool.baseUrl,
      AKOOL_API_KEY: defaultApiKey,
      ARCHIVER_URL: served.ready.api,
      WEBHOOK_URL: served.ready.webhook,
      POLL_MS: "200",
      POLL_SECONDS: "0.2",
    },
  });
  return stdout.trim();
}

async function sha256(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(join(directory, file)))
    .digest("hex");
}

describe("the examples", () => {
  it.each(["node/before.js", "node/after.js"])("%s saves the video", async (example) => {
    const file = await run(process.execPath, example);

    expect(await sha256(file)).toBe(await resultSha256({ kind: "sample" }));
  });

  it.skipIf(!hasPython)(
    "python/after.py saves the video (needs python3 with requests)",
    async () => {
      const file = await run("python3", "python/after.py");

      expect(await sha256(file)).toBe(await resultSha256({ kind: "sample" }));
    },
  );

  it.skipIf(!hasPython)(
    "python/webhook_only.py has its video archived by the address alone (needs python3 with requests)",
    async () => {
      const videoModelId = await run("python3", "python/webhook_only.py");

      await vi.waitUntil(
        async () => {
          const { body } = await served.call("getJob", { parameters: { videoModelId } });
          return body.status === "archived";
        },
        { timeout: 60_000, interval: 300 },
      );
    },
  );
});

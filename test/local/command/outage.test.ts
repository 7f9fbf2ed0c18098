import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultClientId } from "@akool-archiver/akool-simulator/simulator.ts";
import { serve } from "@akool-archiver/test-support/http-server.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { VIDEO_ID } from "#test/support/jobs.ts";
import { Paper } from "../display/screen.ts";
import { IMPATIENT, runCommand } from "./runs.ts";

const OUTAGE = /AKOOL cannot be reached at http:\/\/127\.0\.0\.1:\d+ \(.+\)\. Jobs wait for it/;

let data: string;
let nobody: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "outage-"));
  const gone = await serve(() => {});
  await gone.close();
  nobody = gone.origin;
});
afterEach(() => rm(data, { recursive: true }));

/** Runs the command until it has written some line. */
async function runUntil(args: string[], environment: NodeJS.ProcessEnv, line: string) {
  const interruption = new AbortController();
  const out = new Paper();
  const running = runCommand([...args, "--data", data, "--akool-url", nobody, "--json"], {
    environment,
    out,
    interrupted: interruption.signal,
  });
  await vi.waitUntil(() => out.lines.some((written) => written.includes(line)), {
    timeout: 90_000,
    interval: 50,
  });
  interruption.abort();
  return { ...(await running), out };
}

describe("while AKOOL cannot be reached", () => {
  it("serve comes up, says so, and serves what it has", async () => {
    const { code, error } = await runUntil(["serve", "--port", "0"], IMPATIENT, '"ready"');

    expect(error).toMatch(OUTAGE);
    expect(code).toBe(0);
  }, 120_000);

  it("track says so and waits; the job goes on later", async () => {
    const { code, error, out } = await runUntil(["track", VIDEO_ID], IMPATIENT, "ECONNREFUSED");

    expect(error).toMatch(OUTAGE);
    expect(code).toBe(130);
    expect(out.text).toContain('"status":"accepted"');
  }, 120_000);

  it("serve tells what it has read otherwise than it was written", async () => {
    const environment = {
      ...IMPATIENT,
      AKOOL_API_KEY: `"${"k".repeat(24)}"`,
      AKOOL_CLIENT_ID: `${defaultClientId}\n`,
    };

    const { code, error, out } = await runUntil(["serve", "--port", "0"], environment, '"ready"');

    expect(code).toBe(0);
    expect(error).toMatch(/^AKOOL_API_KEY was read without what stood around it/);
    expect(out.text).toContain('"webhook"');
  }, 120_000);
});

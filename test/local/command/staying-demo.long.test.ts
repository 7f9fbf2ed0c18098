import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Json } from "../../e2e/served.ts";
import { Paper } from "../display/screen.ts";
import { runCommand } from "./runs.ts";

const SOON = { timeout: 100_000, interval: 200 };

let data: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "stay-"));
});
afterEach(() => rm(data, { recursive: true }));

describe("the demonstration that stays", () => {
  it("shows its jobs in the console until it is interrupted", async () => {
    const interruption = new AbortController();
    const out = new Paper();
    const args = ["--stay", "--port", "0", "--data", data, "--json"];
    const running = runCommand(args, { out, interrupted: interruption.signal, environment: {} });
    const line = await vi.waitUntil(() => out.lines[0], SOON);
    const ready = JSON.parse(line);

    await vi.waitUntil(async () => {
      const { jobs }: Json = await (await fetch(`${ready.api}/jobs`)).json();
      return jobs.length === 5 && jobs.every(isEnded);
    }, SOON);

    expect(ready.console).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
    interruption.abort();
    expect((await running).code).toBe(0);
  }, 180_000);

  it("tells a person the address, and that it ends with Ctrl-C", async () => {
    const interruption = new AbortController();
    const out = new Paper();
    const write = (text: string) => {
      out.write(text);
      if (text.includes("Ctrl-C stops")) interruption.abort();
    };
    const args = ["--stay", "--port", "0", "--data", data];
    const { code } = await runCommand(args, { out: { write }, interrupted: interruption.signal });

    expect(code).toBe(0);
    expect(out.text).toMatch(/http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n/);
    expect(out.text).toContain("Ctrl-C stops");
  }, 180_000);
});

function isEnded({ status }: { status: string }): boolean {
  return status === "archived" || status === "failed";
}

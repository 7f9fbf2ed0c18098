import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { runCommand } from "./runs.ts";

vi.mock("#local/stack/synthesize.ts", () => ({
  synthesize: () => Promise.reject(new TypeError("the CDK app failed")),
}));

let data: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "synthesis-"));
});
afterEach(() => rm(data, { recursive: true }));

it("a fault of ours ends with exit code 1, its stack, and whose it is", async () => {
  const { code, error } = await runCommand(["--data", data]);

  expect(code).toBe(1);
  expect(error).toMatch(/TypeError: the CDK app failed\n +at /);
  expect(error).toMatch(/This is a bug in the archiver/);
});

it("Ctrl-C, which the terminal gives to the CDK app as well, is no fault", async () => {
  const { code, error } = await runCommand(["--data", data], { interrupted: AbortSignal.abort() });

  expect(code).toBe(130);
  expect(error).toBe("");
});

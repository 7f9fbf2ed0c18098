import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { resultSha256 } from "@akool-archiver/akool-simulator/video-content.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ServingProcess, startServing } from "#test/e2e/serving-process.ts";
import { command, startCommand } from "./command.ts";
import { type SlowProxy, startSlowProxy } from "./slow-proxy.ts";

/** Only ends what hangs. */
const PATIENCE = { timeout: 60_000 };
const VIDEO = { kind: "generated", bytes: 6_000_000 } as const;

let directory: string;
let akool: AkoolSimulator;
let serving: ServingProcess;
let proxy: SlowProxy;
let local: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cli-killed-"));
  akool = await startAkoolSimulator();
  serving = startServing(join(directory, "data"), akool.baseUrl);
  proxy = await startSlowProxy((await serving.ready()).api);
  local = ["--local", proxy.url];
});
afterAll(async () => {
  await proxy.close();
  await serving.stop();
  await akool.close();
  await rm(directory, { recursive: true });
});

const addJob = () =>
  akool.addJob({ queueMs: 0, processMs: 100, end: { kind: "complete", file: VIDEO } });
const run = (args: readonly string[]) => command([...args, ...local], { cwd: directory });
const sizeOf = (file: string) =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

describe("killed in the middle", () => {
  it("a download goes on where it stopped, and ends with the whole video", async () => {
    const id = addJob();
    await run(["submit", id, "--wait"]);
    const part = join(directory, `${id}.mp4.part`);
    proxy.holdAfter(2_000_000);
    const first = startCommand(["download", id, ...local], { cwd: directory });
    await vi.waitUntil(async () => (await sizeOf(part)) >= 1_500_000, PATIENCE);
    await first.kill();
    const kept = await sizeOf(part);
    proxy.holdAfter(undefined);

    const second = await run(["download", id]);

    expect(second).toMatchObject({ code: 0, error: "" });
    expect(kept).toBeGreaterThanOrEqual(1_500_000);
    expect(kept).toBeLessThan(VIDEO.bytes);
    expect(proxy.ranges()).toEqual([undefined, `bytes=${kept}-`]);
    const file = await readFile(join(directory, `${id}.mp4`));
    expect(createHash("sha256").update(file).digest("hex")).toBe(await resultSha256(VIDEO));
    expect(await sizeOf(part)).toBe(0);
  });

  it("an import is begun again, and starts nothing twice", async () => {
    const ids = [addJob(), addJob(), addJob()];
    await writeFile(join(directory, "ids.txt"), ids.join("\n"));
    const asked = proxy.requests("GET /imports/");
    const first = startCommand(["import", "ids.txt", "--wait", ...local], { cwd: directory });
    await vi.waitUntil(() => proxy.requests("GET /imports/") > asked, PATIENCE);
    await first.kill();

    const second = await run(["import", "ids.txt", "--wait", "--json"]);

    expect(second.code).toBe(0);
    const [{ state, lines, outcomes }] = second.json();
    expect({ state, lines }).toEqual({ state: "succeeded", lines: 3 });
    expect(outcomes.malformed + outcomes.not_started + outcomes.ended).toBe(0);
    const shown = await Promise.all(ids.map((id) => run(["show", id, "--json"])));
    expect(shown.map(({ json }) => json()[0].attempt)).toEqual([1, 1, 1]);
  });

  it("a download whose file on the way is another's begins anew", async () => {
    const id = addJob();
    await run(["submit", id, "--wait"]);
    await writeFile(join(directory, `${id}.mp4.part`), Buffer.alloc(1_000_000));

    const { code, out } = await run(["download", id]);

    expect(out).toContain("checked");
    expect(code).toBe(0);
    const file = await readFile(join(directory, `${id}.mp4`));
    expect(createHash("sha256").update(file).digest("hex")).toBe(await resultSha256(VIDEO));
  });

  it("interrupted, a wait says how to go on", async () => {
    const id = akool.addJob({ queueMs: 0, processMs: 100, end: { kind: "never" } });
    await run(["submit", id]);
    const watching = startCommand(["watch", id, ...local], { cwd: directory });
    const asked = proxy.requests(`GET /jobs/${id}`);
    await vi.waitUntil(() => proxy.requests(`GET /jobs/${id}`) > asked, PATIENCE);

    watching.interrupt();

    expect(await watching.ended()).toMatchObject({ code: 130 });
  });
});

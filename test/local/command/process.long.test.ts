import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { synthesize } from "#local/stack/synthesize.ts";
import { VIDEO_ID } from "#test/support/jobs.ts";
import { IMPATIENT } from "./runs.ts";

const MAIN = fileURLToPath(new URL("../../../local/main.ts", import.meta.url));
/** Goes on until the test says otherwise, however slow the machine is. */
const ENDLESS = { queueMs: 0, processMs: 0, end: { kind: "never" } } as const;

let root: string;
let simulator: AkoolSimulator;

beforeAll(async () => {
  await synthesize();
  root = await mkdtemp(join(tmpdir(), "process-"));
  simulator = await startAkoolSimulator();
});
afterAll(async () => {
  await simulator.close();
  await rm(root, { recursive: true });
});

type Child = ChildProcessByStdio<null, Readable, Readable>;

function start(args: readonly string[]): Child {
  const { PATH } = process.env;
  return spawn(process.execPath, [MAIN, ...args], {
    env: { PATH, ...IMPATIENT },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function track(name: string, ...ids: string[]): Child {
  return start(["track", ...ids, "--data", join(root, name), "--akool-url", simulator.baseUrl]);
}

async function untilSaid(child: Child, words: string): Promise<void> {
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes(words)) return;
  }
}

/** Exit code and signal. */
async function ended(child: Child): Promise<unknown[]> {
  return once(child, "close");
}

describe.concurrent("the process", () => {
  it("a job continues after its process was killed", async () => {
    const id = simulator.addJob(ENDLESS);
    const killed = track("killed", id);
    await untilSaid(killed, "processing");
    killed.kill("SIGKILL");
    await once(killed, "exit");
    simulator.updateJob(id, { end: { kind: "complete", file: { kind: "sample" } } });

    const next = track("killed");
    const [said, [code]] = await Promise.all([text(next.stdout), ended(next)]);

    expect(said).toMatch(/Going on with 1 job of an earlier run/);
    expect(code).toBe(0);
    expect(await readdir(join(root, "killed", "videos"))).toContain(`${id}.mp4`);
  }, 180_000);

  it("Ctrl-C ends it with exit code 130, and says how to go on", async () => {
    const child = track("interrupted", simulator.addJob(ENDLESS));
    const [said, complaint] = [text(child.stdout), text(child.stderr)];
    await once(child.stdout, "data");

    child.kill("SIGINT");
    const end = await ended(child);

    expect(end).toEqual([130, null]);
    expect(await said).toMatch(/nothing is lost. Go on with:\n {2}npm start -- track .*--data .+/);
    expect(await complaint).toBe("");
  }, 180_000);

  it("stops in good order when the reader of its output leaves", async () => {
    const child = track("unread", simulator.addJob(ENDLESS), "--json");
    const complaint = text(child.stderr);
    await once(child.stdout, "data");

    child.stdout.destroy();
    const [code] = await once(child, "exit");

    expect(code).toBe(130);
    expect(await complaint).toBe("");
  }, 180_000);

  it("wrong usage ends it with exit code 2", async () => {
    const child = start(["track", VIDEO_ID, "--colour"]);

    const [complaint, [code]] = await Promise.all([text(child.stderr), ended(child)]);

    expect(code).toBe(2);
    expect(complaint).toMatch(/No flag registered for --colour/);
  });
});

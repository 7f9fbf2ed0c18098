import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startAkoolSimulator } from "@akool-archiver/akool-simulator/simulator.ts";
import { resultSha256 } from "@akool-archiver/akool-simulator/video-content.ts";
import * as z from "zod/mini";
import { startServing } from "./serving.ts";

/** What one request may hold. */
const JOBS_PER_IMPORT = 1_000;

export interface LoadOptions {
  readonly jobs: number;
  /** Of each video. */
  readonly bytes: number;
  /** How long to wait for the last one. */
  readonly minutes: number;
  /** The checkout whose stack is measured; this one unless given. */
  readonly root?: string;
}

export interface Throughput {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** How many videos are not whole. */
  readonly lost: number;
}

/**
 * Imports jobs into the stack on this machine, in a process of its own, and waits until all are
 * archived. Linux only.
 *
 * @throws Error when they are not archived in time
 */
export async function measureThroughput(load: LoadOptions): Promise<Throughput> {
  const { jobs, bytes, minutes, root } = load;
  const file = { kind: "generated", bytes } as const;
  const data = await mkdtemp(join(tmpdir(), "throughput-"));
  const akool = await startAkoolSimulator();
  const stack = await startServing(data, akool.baseUrl, root);
  try {
    const script = { queueMs: 0, processMs: 2_000, end: { kind: "complete", file } } as const;
    const ids = Array.from({ length: jobs }, () => akool.addJob(script));
    const start = performance.now();
    for (let at = 0; at < jobs; at += JOBS_PER_IMPORT) {
      await importJobs(stack.api, ids.slice(at, at + JOBS_PER_IMPORT));
    }
    await archived(stack.api, ids, minutes * 60_000, start);
    const seconds = (performance.now() - start) / 1000;
    const lost = await notWhole(join(data, "videos"), ids, await resultSha256(file));
    const [peakBytes, cpuSeconds] = [await stack.peakMemory(), await stack.cpuSeconds()];
    return { seconds, cpuSeconds, peakBytes, lost: lost.length };
  } finally {
    await stack.stop();
    await akool.close();
    await rm(data, { recursive: true });
  }
}

async function importJobs(api: string, jobs: readonly string[]): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ jobs });
  const { status } = await fetch(`${api}/imports`, { method: "POST", headers, body });
  if (status !== 202) throw new Error(`the import was answered with ${status}`);
}

const jobSchema = z.object({ status: z.string() });

/** Asks for each job until it is archived, the last first: mostly one question is asked. */
async function archived(
  api: string,
  ids: readonly string[],
  patienceMs: number,
  start: number,
): Promise<void> {
  const open = [...ids];
  let told = open.length;
  for (let id = open.at(-1); id !== undefined; id = open.at(-1)) {
    const answer = await fetch(`${api}/jobs/${id}`);
    const job = answer.ok ? jobSchema.parse(await answer.json()) : undefined;
    if (job?.status === "archived") {
      open.pop();
      continue;
    }
    const elapsed = performance.now() - start;
    if (elapsed > patienceMs) throw new Error(`${open.length} jobs are not archived: ${id} …`);
    if (told - open.length >= 100) {
      told = open.length;
      console.error(`${(elapsed / 1000).toFixed(0)} s: at most ${open.length} are open`);
    }
    await sleep(500);
  }
}

async function notWhole(directory: string, ids: readonly string[], sha256: string) {
  const names = new Set(await readdir(directory));
  const lost: string[] = [];
  for (const id of ids) {
    const name = `${id}.mp4`;
    const bytes = names.has(name) ? await readFile(join(directory, name)) : Buffer.alloc(0);
    if (createHash("sha256").update(bytes).digest("hex") !== sha256) lost.push(id);
  }
  return lost;
}

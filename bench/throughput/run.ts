import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startAkoolSimulator } from "@akool-archiver/akool-simulator/simulator.ts";
import { resultSha256 } from "@akool-archiver/akool-simulator/video-content.ts";
import * as z from "zod/mini";
import { startServing } from "./serving.ts";

const HELP = `Usage: npm run bench -- throughput [--jobs N] [--bytes N] [--minutes N]

Jobs imported, followed and archived by the stack on this machine, against the simulator: jobs a second,
CPU and peak memory of the stack's process, and whether every video is whole. Linux only.`;

/** What one request may hold. */
const JOBS_PER_IMPORT = 1_000;

/** @returns 1 when a job was not archived, or its video is not whole */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      jobs: { type: "string", default: "2000" },
      bytes: { type: "string", default: "100000" },
      minutes: { type: "string", default: "30" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const jobs = Number(values.jobs);
  const file = { kind: "generated", bytes: Number(values.bytes) } as const;
  const data = await mkdtemp(join(tmpdir(), "throughput-"));
  const akool = await startAkoolSimulator();
  const stack = await startServing(data, akool.baseUrl);
  try {
    const script = { queueMs: 0, processMs: 2_000, end: { kind: "complete", file } } as const;
    const ids = Array.from({ length: jobs }, () => akool.addJob(script));
    const start = performance.now();
    for (let at = 0; at < jobs; at += JOBS_PER_IMPORT) {
      await importJobs(stack.api, ids.slice(at, at + JOBS_PER_IMPORT));
    }
    await archived(stack.api, ids, Number(values.minutes) * 60_000, start);
    const seconds = (performance.now() - start) / 1000;
    const lost = await notWhole(join(data, "videos"), ids, await resultSha256(file));
    const [peak, cpu] = [await stack.peakMemory(), await stack.cpuSeconds()];
    console.log(
      `${jobs} jobs of ${file.bytes} bytes: ${seconds.toFixed(1)} s, ` +
        `${(jobs / seconds).toFixed(1)} jobs/s, ${((1000 * cpu) / jobs).toFixed(0)} ms of CPU a job, ` +
        `peak ${(peak / 1e6).toFixed(0)} MB, ${lost.length} not whole`,
    );
    return lost.length === 0 ? 0 : 1;
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

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultApiKey } from "@akool-archiver/akool-simulator/simulator.ts";

/** Milliseconds from the start of the process. */
export interface Timing {
  readonly firstWord: number;
  /** The first line about a job, or that the API is served. */
  readonly ready: number;
  /** Of processor time until then, with that of the processes that have ended for it. */
  readonly cpu: number;
  /** The end of the process; of the demonstration alone, the others are stopped. */
  readonly end?: number;
}

/** What is started, and the line that says it is at work. */
export const COMMANDS = {
  demo: { args: [], ready: /^[0-9a-f]{24} {2}/m, runsToItsEnd: true },
  track: { args: ["track"], ready: /^[0-9a-f]{24} {2}/m, runsToItsEnd: false },
  serve: { args: ["serve", "--port", "0"], ready: /^The HTTP API:/m, runsToItsEnd: false },
} as const;

export type CommandName = keyof typeof COMMANDS;

/**
 * Runs one command of a checkout in a new process and data directory, and times its words.
 *
 * @param akoolUrl of the simulator
 * @param id of a job there that does not end
 * @throws Error when it ends before it was at work
 */
export async function timedRun(
  root: string,
  name: CommandName,
  akoolUrl: string,
  id: string,
): Promise<Timing> {
  const { args, ready, runsToItsEnd } = COMMANDS[name];
  const data = await mkdtemp(join(tmpdir(), "first-run-"));
  const more = name === "track" ? [id] : [];
  const elsewhere = name === "demo" ? [] : ["--akool-url", akoolUrl];
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [join(root, "local/main.ts"), ...args, ...more, ...elsewhere, "--data", data],
    {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: data, AKOOL_API_KEY: defaultApiKey },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let text = "";
  const times: { firstWord?: number; ready?: number; cpu?: number } = {};
  const heard = (chunk: string) => {
    const now = performance.now() - began;
    times.firstWord ??= now;
    text += chunk;
    if (times.ready !== undefined || !ready.test(text)) return;
    times.ready = now;
    times.cpu = cpuOf(child.pid);
    if (!runsToItsEnd) child.kill("SIGINT");
  };
  child.stdout.setEncoding("utf8").on("data", heard);
  child.stderr.setEncoding("utf8").on("data", heard);
  await new Promise((resolve) => child.once("close", resolve));
  const end = performance.now() - began;
  await rm(data, { recursive: true });
  const { firstWord, ready: atWork, cpu } = times;
  if (firstWord === undefined || atWork === undefined || cpu === undefined) {
    throw new Error(`${name} ended before it was at work:\n${text}`);
  }
  return { firstWord, ready: atWork, cpu, ...(runsToItsEnd && { end }) };
}

/** A tick of Linux's, in milliseconds. */
const TICK_MS = 10;

function cpuOf(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // utime, stime, cutime and cstime.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0);
}

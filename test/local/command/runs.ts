import { Readable } from "node:stream";
import { defaultApiKey } from "@akool-archiver/akool-simulator/simulator.ts";
import type { Output } from "#local/display/display.ts";
import { createApp } from "../../../packages/cli/src/app.ts";
import { npmStartArguments } from "../../../packages/cli/src/npm-start.ts";
import { runCommand as runCommandLine } from "../../../packages/cli/src/run.ts";
import { MACHINE } from "../../../packages/cli/src/start-here.ts";
import { Paper } from "../display/screen.ts";

/** A simulator's key, and waits that a test can afford. */
export const IMPATIENT = {
  AKOOL_API_KEY: defaultApiKey,
  POLL_MIN_SECONDS: "1",
  POLL_MAX_SECONDS: "2",
};

export interface RunOptions {
  environment?: NodeJS.ProcessEnv;
  interrupted?: AbortSignal;
  out?: Output;
}

export interface FinishedRun {
  code: number;
  /** What was written to the standard output, when no other output was given. */
  out: Paper;
  /** What was written to the standard error. */
  error: string;
}

/** Runs `npm start -- <args>` in this process. */
export async function runCommand(
  args: readonly string[],
  options: RunOptions = {},
): Promise<FinishedRun> {
  const paper = new Paper();
  const errors = new Paper();
  const code = await runCommandLine(createApp(MACHINE), npmStartArguments(args), {
    process: { stdout: options.out ?? paper, stderr: errors },
    environment: options.environment ?? IMPATIENT,
    stdin: Readable.from([]),
    interrupted: options.interrupted ?? new AbortController().signal,
  });
  return { code, out: paper, error: errors.text.trimEnd() };
}

import { defaultApiKey } from "@akool-archiver/akool-simulator/simulator.ts";
import { run } from "#local/command/run.ts";
import type { Output } from "#local/display/display.ts";
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

/** Runs the command in this process. */
export async function runCommand(
  args: readonly string[],
  options: RunOptions = {},
): Promise<FinishedRun> {
  const paper = new Paper();
  const errors: string[] = [];
  const code = await run(args, {
    out: options.out ?? paper,
    error: (text) => errors.push(text),
    environment: options.environment ?? IMPATIENT,
    interrupted: options.interrupted ?? new AbortController().signal,
  });
  return { code, out: paper, error: errors.join("\n") };
}

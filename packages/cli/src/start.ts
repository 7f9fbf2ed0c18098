import type { Command } from "@stricli/core";
import { createApp } from "./app.ts";
import type { Context } from "./context.ts";
import { runCommand } from "./run.ts";

/** The command in this process. */
export async function start(more: Record<string, Command<Context>> = {}): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => {
    // The second one ends the process at once.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort(new Error("interrupted"));
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  // Its reader is gone, as with `| head`.
  process.stdout.on("error", () => process.exit(0));
  const code = await runCommand(createApp(more), process.argv.slice(2), {
    process: { stdout: process.stdout, stderr: process.stderr },
    environment: process.env,
    stdin: process.stdin,
    interrupted: interruption.signal,
  });
  process.exitCode = code;
}

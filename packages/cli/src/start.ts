import type { Command } from "@stricli/core";
import { createApp } from "./app.ts";
import type { Context } from "./context.ts";
import { interruptionOf } from "./interruption.ts";
import { runCommand } from "./run.ts";

/**
 * The command in this process.
 *
 * @param args the command line, without the program
 * @param more what only the repository has; it ends in good order when its output's reader leaves
 */
export async function start(
  args: readonly string[],
  more: Readonly<Record<string, Command<Context>>> = {},
): Promise<void> {
  const interrupted = interruptionOf(process);
  // As with `| head`: there is nobody left to be told anything.
  if (!Object.hasOwn(more, args[0] ?? "")) process.stdout.on("error", () => process.exit(0));
  process.exitCode = await runCommand(createApp(more), args, {
    process: { stdout: process.stdout, stderr: process.stderr },
    environment: process.env,
    stdin: process.stdin,
    interrupted,
  });
}

import { type Application, ExitCode, proposeCompletions, run } from "@stricli/core";
import { NAME } from "./app.ts";
import { INTERRUPTED } from "./commands/interruption.ts";
import type { Context } from "./context.ts";
import { LOCAL_URL } from "./target/target.ts";

/** What the completion scripts call, with the words so far. */
const COMPLETE = "__complete";
const USAGE_EXIT_CODE = 2;

/**
 * Runs one command line. Never rejects: what goes wrong is told on the standard error.
 *
 * @returns the exit code
 */
export async function runCommand(
  app: Application<Context>,
  args: readonly string[],
  context: Context,
): Promise<number> {
  if (args[0] === COMPLETE) {
    for (const { completion, brief } of await proposeCompletions(app, args.slice(1), context)) {
      context.process.stdout.write(`${completion}\t${brief}\n`);
    }
    return 0;
  }
  await run(app, withLocalUrl(args), context);
  const code = Number(context.process.exitCode ?? 0);
  if (context.interrupted.aborted && code === 1) return INTERRUPTED;
  // Unknown commands and flags have negative codes.
  if (code < 0) {
    const command = code === ExitCode.UnknownCommand ? [] : commandOf(args);
    context.process.stderr.write(`See: ${[NAME, ...command].join(" ")} --help\n`);
  }
  return code < 0 ? USAGE_EXIT_CODE : code;
}

/** `--local` may stand without an address, also in front of an id. */
function withLocalUrl(args: readonly string[]): string[] {
  return args.map((arg, at) =>
    arg === "--local" && !/^https?:/.test(args[at + 1] ?? "") ? `--local=${LOCAL_URL}` : arg,
  );
}

function commandOf(args: readonly string[]): string[] {
  const words = args.slice(0, 2).filter((arg) => /^[a-z][a-z-]*$/.test(arg));
  return words[0] === "swap" || words[0] === "dead-letters" ? words : words.slice(0, 1);
}

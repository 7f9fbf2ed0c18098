import type { Display, Output, TerminalOutput } from "#local/display/display.ts";
import { createJsonDisplay } from "#local/display/json-display.ts";
import { createLineDisplay } from "#local/display/line-display.ts";
import { createTerminalDisplay } from "#local/display/terminal-display.ts";
import { bugReport } from "./bug-report.ts";
import { type Command, HELP, readCommandLine } from "./command-line.ts";
import { demo } from "./demo.ts";
import { serve } from "./serve.ts";
import { stayingDemo } from "./staying-demo.ts";
import { track } from "./track.ts";
import { UsageError } from "./usage-error.ts";

/** The command's view of its process. */
export interface Terminal {
  out: Output;
  error: (text: string) => void;
  environment: NodeJS.ProcessEnv;
  interrupted: AbortSignal;
}

/**
 * The command behind `npm start`. Never rejects: errors are reported to the user.
 *
 * @returns the exit code; see the help text
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await obey(readCommandLine(args), terminal);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.error(`${error.message}\nSee: npm start -- --help`);
      return 2;
    }
    terminal.error(bugReport(error));
    return 1;
  }
}

async function obey(command: Command, terminal: Terminal): Promise<number> {
  if (command.kind === "help") {
    terminal.out.write(`${HELP}\n`);
    return 0;
  }
  const { environment, interrupted } = terminal;
  if (command.kind === "serve") return serve(command, terminal);
  if (command.kind === "staying demo") return stayingDemo(command, terminal);
  const display = displayFor(command, terminal);
  // With --json, standard output is for programs.
  const say = command.json ? terminal.error : display.note;
  const context = { display, environment, interrupted, say };
  return command.kind === "demo" ? demo(command, context) : track(command, context);
}

function displayFor(
  { json }: Extract<Command, { kind: "demo" | "track" }>,
  { out, environment }: Terminal,
): Display {
  if (json) return createJsonDisplay(out);
  // A dumb terminal cannot move its cursor.
  if (isTerminal(out) && environment.TERM !== "dumb") return createTerminalDisplay(out);
  return createLineDisplay(out);
}

function isTerminal(out: Terminal["out"]): out is TerminalOutput {
  return out.isTTY === true;
}

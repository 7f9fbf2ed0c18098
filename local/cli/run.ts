import type { Display, Output } from "#local/display/display.ts";
import { createJsonDisplay } from "#local/display/json-display.ts";
import { createLineDisplay } from "#local/display/line-display.ts";
import { createTerminalDisplay } from "#local/display/terminal-display.ts";
import { type Command, HELP, readCommandLine } from "./command-line.ts";
import { demo } from "./demo.ts";
import { track } from "./track.ts";
import { UsageError } from "./usage-error.ts";

export interface Terminal {
  out: NodeJS.WriteStream | Output;
  error: (text: string) => void;
  environment: NodeJS.ProcessEnv;
  interrupted: AbortSignal;
}

/**
 * The command behind `npm start`.
 *
 * @returns the exit code; see the help text
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const command = readCommandLine(args);
    if (command.kind === "help") {
      terminal.out.write(`${HELP}\n`);
      return 0;
    }
    const context = {
      display: displayFor(command, terminal.out),
      environment: terminal.environment,
      interrupted: terminal.interrupted,
    };
    return command.kind === "demo" ? await demo(command, context) : await track(command, context);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.error(`${error.message}\nSee: npm start -- --help`);
    return 2;
  }
}

function displayFor({ json }: Exclude<Command, { kind: "help" }>, out: Terminal["out"]): Display {
  if (json) return createJsonDisplay(out);
  return isTerminal(out) ? createTerminalDisplay(out) : createLineDisplay(out);
}

function isTerminal(out: Terminal["out"]): out is NodeJS.WriteStream {
  return out.isTTY === true;
}

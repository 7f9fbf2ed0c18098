import type { Display, Output, TerminalOutput } from "#local/display/display.ts";
import { createJsonDisplay } from "#local/display/json-display.ts";
import { createLineDisplay } from "#local/display/line-display.ts";
import { createTerminalDisplay } from "#local/display/terminal-display.ts";
import { beginning } from "./beginning.ts";
import { bugReport } from "./bug-report.ts";
import { type Command, type Request, readCommand } from "./command-line.ts";
import { prepareAssembly } from "./prepare-assembly.ts";
import { requireWebhookSecret } from "./settings.ts";
import { UsageError } from "./usage-error.ts";

/** The command's view of its process. */
export interface Terminal {
  out: Output;
  error: (text: string) => void;
  environment: NodeJS.ProcessEnv;
  interrupted: AbortSignal;
}

const DEMONSTRATION =
  "A demonstration: five jobs at a simulator of AKOOL, followed by the same workflow\n" +
  "and functions that `npx cdk deploy` would deploy. It takes about 15 seconds.";
const STARTING = "Starting the archiver on this machine …";
const FIRST_RUN = "Preparing the stack, first run only: this takes some seconds …";

/**
 * Runs `demo`, `track` or `serve`. Never rejects: errors are reported to the user.
 *
 * @returns the exit code; see the command's help
 */
export async function run(request: Request, terminal: Terminal): Promise<number> {
  try {
    return await obey(readCommand(request), terminal);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.error(`${error.message}\nSee: akool-archiver ${request.name} --help`);
      return 2;
    }
    terminal.error(bugReport(error));
    return 1;
  }
}

/** The user is told that it begins before anything large is loaded. */
async function obey(command: Command, terminal: Terminal): Promise<number> {
  const { environment, interrupted, error } = terminal;
  const display = displayFor(command, terminal);
  // With --json, standard output is for programs.
  const say = command.json ? error : display.note;
  const whilePreparing = <Module>(load: () => Promise<Module>) =>
    loadWhilePreparing(load, (onFirstRun) =>
      prepareAssembly(command.data, interrupted, () => {
        say(FIRST_RUN);
        onFirstRun();
      }),
    );
  if (command.kind === "staying demo") {
    display.note(STARTING);
    const [{ stayingDemo }, assembly] = await whilePreparing(() => import("./staying-demo.ts"));
    return stayingDemo(command, { ...terminal, assembly });
  }
  if (command.kind === "demo") {
    display.note(DEMONSTRATION);
    const [{ demo }, assembly] = await whilePreparing(() => import("./demo.ts"));
    return demo(command, { display, interrupted, assembly });
  }
  const begun = beginning(command.akoolUrl, environment);
  if (command.kind === "serve") requireWebhookSecret(begun.settings);
  // Of a server's notes nothing goes between its lines.
  for (const note of begun.notes) (command.kind === "serve" ? error : say)(note);
  display.note(STARTING);
  if (command.kind === "serve") {
    const [{ serve }, assembly] = await whilePreparing(() => import("./serve.ts"));
    return serve(command, { ...terminal, ...begun, assembly });
  }
  const [{ track }, assembly] = await whilePreparing(() => import("./track.ts"));
  return track(command, { ...begun, display, interrupted, say, assembly });
}

/**
 * What runs the stack takes most of a second to load. That begins when the process which prepares the
 * stack has been started, or is not needed.
 *
 * @param prepare calls its argument just before it starts that process
 */
async function loadWhilePreparing<Module, Prepared>(
  load: () => Promise<Module>,
  prepare: (onFirstRun: () => void) => Promise<Prepared>,
): Promise<[Module, Prepared]> {
  const { promise: firstRun, resolve } = Promise.withResolvers<void>();
  const prepared = prepare(resolve);
  await Promise.race([firstRun, prepared]);
  return Promise.all([load(), prepared]);
}

function displayFor({ kind, json }: Command, { out, environment }: Terminal): Display {
  if (json) return createJsonDisplay(out);
  const isServed = kind === "serve" || kind === "staying demo";
  // A dumb terminal cannot move its cursor; a server only adds lines.
  if (isTerminal(out) && !isServed && environment.TERM !== "dumb")
    return createTerminalDisplay(out);
  return createLineDisplay(out);
}

function isTerminal(out: Terminal["out"]): out is TerminalOutput {
  return out.isTTY === true;
}

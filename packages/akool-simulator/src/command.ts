import { once } from "node:events";
import { LOST_ANSWER_PROMPT } from "./character-swap.ts";
import { help, readCommandLine } from "./command-line.ts";
import { exampleJobs } from "./example-jobs.ts";
import {
  type AkoolSimulator,
  defaultApiKey,
  defaultClientId,
  startAkoolSimulator,
} from "./simulator.ts";

/** Where the command writes lines to, and what ends it. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  readonly interrupted: AbortSignal;
}

/**
 * Runs the simulator's command until it is interrupted.
 *
 * @returns the exit code: 0 interrupted or help shown, 1 could not start, 2 wrong usage
 */
export async function runSimulatorCommand(
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const line = readCommandLine(args);
  switch (line.kind) {
    case "help":
      terminal.out(help);
      return 0;
    case "wrong":
      terminal.error(`${line.message}\nTry: npm run simulator -- --help`);
      return 2;
    case "run":
      return run(line.port, line.apiKey, terminal);
  }
}

async function run(port: number, apiKey: string, terminal: Terminal): Promise<number> {
  let simulator: AkoolSimulator;
  try {
    const onLostAnswer = (id: string) =>
      terminal.out(`  ${id}  was created, and its creator got no answer: what now?`);
    simulator = await startAkoolSimulator({ port, apiKey, onLostAnswer });
  } catch (error) {
    terminal.error(`The simulator could not listen on port ${port}: ${error}`);
    return 1;
  }
  introduce(simulator, apiKey, terminal.out);
  if (!terminal.interrupted.aborted) await once(terminal.interrupted, "abort");
  await simulator.close();
  return 0;
}

function introduce(simulator: AkoolSimulator, apiKey: string, out: Terminal["out"]): void {
  const jobs = exampleJobs.map(({ description, script }) => {
    return { id: simulator.addJob({ ...script, startsAtFirstPoll: true }), description };
  });
  const ids = jobs.map(({ id }) => id).join(" ");
  // In quotes: a shell would take the exclamation marks for a command.
  const key = apiKey === defaultApiKey ? `'${apiKey}'` : "<your --api-key>";
  out(`AKOOL simulator (a development tool) at ${simulator.baseUrl}\n`);
  for (const { id, description } of jobs) out(`  ${id}  ${description}`);
  out("\nTry, in another terminal:\n");
  out(`  AKOOL_API_KEY=${key} npm start -- track ${ids} --akool-url ${simulator.baseUrl}\n`);
  out("or, with the HTTP API and with webhooks, which are signed with this client id:\n");
  out(`  export AKOOL_API_KEY=${key} AKOOL_CLIENT_ID=${defaultClientId}`);
  out(`  npm start -- serve --akool-url ${simulator.baseUrl}\n`);
  out("There, a creation whose outcome nobody knows, to settle by the id that is shown here:\n");
  out("  npx akool-archiver swap create --key order-1 --image https://example.com/a.png \\");
  out(
    `    --video https://example.com/b.mp4 --duration 10 --yes --prompt '${LOST_ANSWER_PROMPT}'\n`,
  );
  out("Ctrl-C ends it.");
}

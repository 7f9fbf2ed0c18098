import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "#rehearsal/context.ts";
import type { Stage } from "#rehearsal/scenarios/scenario.ts";

/** What differs from one call of the command to another. */
interface CallOptions {
  /** The exit code that it has to end with. */
  readonly code?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What the app calls its stack, unless it is told a stage. */
export const STACK = "AkoolVideoArchiver";

let calls = 0;

/** Starts `akool-archiver` as its package has it, in a process of its own. */
export async function startArchiver(
  { context, emulator }: Stage,
  args: readonly string[],
  environment: CallOptions["environment"] = {},
) {
  const program = await packed(context);
  calls += 1;
  const log = `archiver-${calls}-${args[0]}`;
  const preload = join(context.root, "rehearsal/localhost-names.ts");
  const child = context.processes.start(
    process.execPath,
    ["--import", preload, program, ...args, "--stack", STACK],
    { cwd: context.work, env: { ...emulator.environment, ...environment }, log },
  );
  return {
    child,
    /** @returns all that it has written, once it has ended */
    async ended(): Promise<{ readonly code: number | null; readonly output: string }> {
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      return { code: child.exitCode, output: await context.processes.output(log) };
    },
    async kill(): Promise<void> {
      const exit = once(child, "exit");
      if (child.kill("SIGKILL")) await exit;
    },
  };
}

/** Runs one command line to its end. @returns what it has written */
export async function archiver(
  stage: Stage,
  args: readonly string[],
  { code: expected = 0, environment }: CallOptions = {},
): Promise<string> {
  const { code, output } = await (await startArchiver(stage, args, environment)).ended();
  assert.equal(code, expected, `akool-archiver ${args.join(" ")}: ${output}`);
  return output;
}

/** @returns the one result of a command line with `--json`. */
export async function archiverJson(stage: Stage, args: readonly string[]): Promise<unknown> {
  const output = await archiver(stage, [...args, "--json"]);
  const line = output.split("\n").find((text) => text.startsWith("{"));
  assert.ok(line !== undefined, output);
  return JSON.parse(line);
}

/** Makes the package that `npm pack` makes, once, and unpacks it. */
async function packed({ root, work, environment, processes }: Context): Promise<string> {
  const program = join(work, "package/bin/akool-archiver.js");
  if (existsSync(program)) return program;
  const options = { cwd: root, env: environment, log: "archiver-pack" };
  const pack = ["pack", "--silent", "--workspace", "akool-archiver", "--pack-destination", work];
  await processes.run("npm", pack, options);
  await processes.run("tar", ["-xzf", join(work, "akool-archiver-0.1.0.tgz")], {
    ...options,
    cwd: work,
  });
  return program;
}

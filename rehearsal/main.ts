/**
 * `npm run rehearse`: deploys the app to an AWS emulator on this machine, with the CDK command line
 * and with IAM enforced, and runs it through scenarios.
 *
 * Whatever was started ends with it, also when it is interrupted.
 */
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UnknownPermission } from "./assembly/permissions.ts";
import { HELP, readCommandLine } from "./command-line.ts";
import { cleanEnvironment, REGION } from "./context.ts";
import { installEmulator, MissingPrerequisite } from "./emulator/install.ts";
import { Processes } from "./processes.ts";
import { type Choice, rehearse } from "./rehearse.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CACHE = join(ROOT, "node_modules/.cache/akool-video-archiver");
const INTERRUPTED = 130;

const command = readCommandLine(process.argv.slice(2));
if (command.kind === "help") console.log(HELP);
else if (command.kind === "wrong") {
  console.error(`${command.message}\nTry: npm run rehearse -- --help`);
  process.exitCode = 2;
} else {
  // Not left to end by itself: after an interruption scenarios still wait for what will not come.
  process.exit(await run(command, command.logs));
}

async function run(choice: Choice, logs: string | undefined): Promise<number> {
  const began = performance.now();
  const work = await mkdtemp(join(tmpdir(), "archiver-rehearsal-"));
  const written = join(work, "logs");
  await mkdir(written);
  const processes = new Processes(written);
  const interruption = interrupted();
  try {
    const attempted = attempt(work, processes, choice, (line) => {
      // What an interruption makes fail is no news.
      if (!interruption.signal.aborted) console.log(line);
    });
    return await Promise.race([interruption.exitCode, attempted]);
  } finally {
    await processes.close();
    if (logs !== undefined) await cp(written, logs, { recursive: true });
    await rm(work, { recursive: true, force: true, maxRetries: 3 });
    console.log(`${((performance.now() - began) / 1000).toFixed(0)} s in all`);
  }
}

function interrupted() {
  const controller = new AbortController();
  const { promise: exitCode, resolve } = Promise.withResolvers<number>();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => {
      controller.abort();
      resolve(INTERRUPTED);
    });
  }
  return { signal: controller.signal, exitCode };
}

async function attempt(
  work: string,
  processes: Processes,
  choice: Choice,
  say: (line: string) => void,
): Promise<number> {
  try {
    const emulator = await installEmulator(CACHE, say);
    const environment = cleanEnvironment(ROOT, work);
    const context = { root: ROOT, work, processes, region: REGION, environment, say };
    const { passed, failed, skipped } = await rehearse(context, emulator, choice);
    say(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    return failed === 0 ? 0 : 1;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    if (error instanceof MissingPrerequisite) say("the rehearsal is skipped");
    return error instanceof MissingPrerequisite || error instanceof UnknownPermission ? 2 : 1;
  }
}

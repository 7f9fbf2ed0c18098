import { randomInt } from "node:crypto";
import { type Command, readCommandLine, USAGE, UsageError } from "./command-line.ts";
import { reportBroken, reportTally } from "./report.ts";
import { runHistories } from "./run-histories.ts";
import { playAll } from "./workers.ts";
import { openWorld } from "./world.ts";

const MAX_DRAWN_SEED = 2 ** 31 - 1;

async function main(): Promise<number> {
  const command = readCommandLine(process.argv.slice(2), () => randomInt(MAX_DRAWN_SEED));
  switch (command.kind) {
    case "help":
      process.stdout.write(USAGE);
      return 0;
    case "run":
      return run(command);
    case "replay":
      return replay(command);
  }
}

async function run({ runs, seed }: Extract<Command, { kind: "run" }>): Promise<number> {
  process.stderr.write(`seed ${seed}\n`);
  const startedAt = performance.now();
  const summary = await playAll(runs, seed, (played) => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    process.stderr.write(`${played} of ${runs} histories, ${seconds} s\n`);
  });
  process.stdout.write(reportTally(summary.runs, summary.tally));
  for (const broken of summary.broken) process.stdout.write(reportBroken(broken));
  return summary.broken.length === 0 ? 0 : 1;
}

async function replay({ seed, path }: Extract<Command, { kind: "replay" }>): Promise<number> {
  const world = await openWorld();
  const { broken, runs, tally } = await runHistories(world, { seed, path, runs: 1 });
  await world.close();
  process.stdout.write(reportTally(runs, tally));
  if (broken === undefined) return 0;
  process.stdout.write(reportBroken(broken));
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

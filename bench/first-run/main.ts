import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { thisMachine } from "../support/machine.ts";
import { measureThroughput } from "../throughput/measure.ts";
import { type Checkout, checkOut } from "./checkout.ts";
import { reportOf, writeReport } from "./report.ts";
import type { Load, Results, Run, Start } from "./results.ts";
import { COMMANDS, type CommandName, timedRun } from "./timed-run.ts";

const HELP = `First words and first results after npm ci, and the memory of serve.

Usage: npm run bench -- first-run [--against REVISION] [--rounds N] [--jobs N] [--quick]

  --against REVISION  an older revision, measured in turns with this one
  --rounds N          runs of each command (default 3)
  --jobs N            jobs that serve follows for its memory (default 2000; 0 leaves it out)
  --quick             one round and no memory; writes no files

Measures what is committed (HEAD). Linux only. A page goes to docs/benchmarks/, raw figures to bench/results/.`;

const LOAD_MINUTES = 30;
const VIDEO_BYTES = 100_000;

/** `npm run bench -- first-run` @returns the exit code */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      against: { type: "string" },
      rounds: { type: "string", default: "3" },
      jobs: { type: "string", default: "2000" },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const rounds = values.quick ? 1 : Number(values.rounds);
  const jobs = values.quick ? 0 : Number(values.jobs);
  await using opened = new AsyncDisposableStack();
  const checkouts: Checkout[] = [];
  const wanted = { ...(values.against && { before: values.against }), now: "HEAD" };
  for (const [name, revision] of Object.entries(wanted)) {
    const checkout = await checkOut(name, revision);
    opened.defer(() => checkout.remove());
    checkouts.push(checkout);
  }
  const [before = 0] = loadavg();
  const measured = {
    runs: await timeAll(checkouts, rounds),
    loads: await loadAll(checkouts, jobs),
  };
  const [after = 0] = loadavg();
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    machine: thisMachine(),
    versions: checkouts.map(({ name, revision }) => ({ name, revision })),
    loadAverage: [before, after],
    ...measured,
  };
  console.log(reportOf(results));
  if (!values.quick) await writeReport(results);
  return 0;
}

async function timeAll(checkouts: readonly Checkout[], rounds: number): Promise<Run[]> {
  const akool = await startAkoolSimulator();
  const runs: Run[] = [];
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const start of ["cold", "warm"] as const) {
        for (const command of Object.keys(COMMANDS) as CommandName[]) {
          // In turns, so that a busy moment of the machine affects all alike.
          for (const checkout of checkouts) {
            runs.push(await timeOne(checkout, command, start, akool));
          }
        }
      }
      console.error(`round ${round} of ${rounds}`);
    }
    return runs;
  } finally {
    await akool.close();
  }
}

async function timeOne(
  { name, root, forget }: Checkout,
  command: CommandName,
  start: Start,
  akool: AkoolSimulator,
): Promise<Run> {
  if (start === "cold") await forget();
  const id = akool.addJob({ queueMs: 0, processMs: 0, end: { kind: "never" } });
  return { version: name, command, start, ...(await timedRun(root, command, akool.baseUrl, id)) };
}

async function loadAll(checkouts: readonly Checkout[], jobs: number): Promise<Load[]> {
  if (jobs === 0) return [];
  const loads: Load[] = [];
  for (const { name, root } of checkouts) {
    const load = { jobs, bytes: VIDEO_BYTES, minutes: LOAD_MINUTES, root };
    const { seconds, cpuSeconds, peakBytes, lost } = await measureThroughput(load);
    if (lost > 0) throw new Error(`${name}: ${lost} videos are not whole`);
    loads.push({ version: name, jobs, seconds, cpuSeconds, peakBytes });
  }
  return loads;
}

import { parseArgs } from "node:util";
import { seeded } from "./seeded.ts";
import { simulateStorm } from "./simulate.ts";

const HELP = `Usage: npm run bench -- storm [--jobs N] [--akool N] [--seed N]

Jobs that all start in one instant, simulated: polls a second, throttled ones, and how late ends are
noticed, without and with what governs the load. --akool: answers a second that AKOOL would give.`;

/** @returns 0 */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      jobs: { type: "string", default: "10000" },
      akool: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const unlimited = Number.POSITIVE_INFINITY;
  const rows = [];
  for (const ceiling of [unlimited, 50]) {
    for (const sharedRateLimit of [false, true]) {
      const random = seeded(Number(values.seed));
      const akoolPerSecond = Number(values.akool);
      const jobs = Number(values.jobs);
      const result = await simulateStorm({
        jobs,
        akoolPerSecond,
        ceiling,
        sharedRateLimit,
        random,
      });
      rows.push({
        ceiling,
        "shared rate limit": sharedRateLimit ? "yes" : "no",
        polls: result.polls,
        "peak polls/s": result.peakPerSecond,
        "throttled %": Math.round((1000 * result.throttled) / result.polls) / 10,
        "invocations put off": result.invocationsPutOff,
        "mean delay s": Math.round(result.meanDelay),
        "longest delay s": Math.round(result.maxDelay),
        noticed: result.noticed,
      });
    }
  }
  console.table(rows);
  return 0;
}

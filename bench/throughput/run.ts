import { parseArgs } from "node:util";
import { measureThroughput } from "./measure.ts";

const HELP = `Usage: npm run bench -- throughput [--jobs N] [--bytes N] [--minutes N]

Jobs imported, followed and archived by the stack on this machine, against the simulator: jobs a second,
CPU and peak memory of the stack's process, and whether every video is whole. Linux only.`;

/** @returns 1 when a job was not archived, or its video is not whole */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      jobs: { type: "string", default: "2000" },
      bytes: { type: "string", default: "100000" },
      minutes: { type: "string", default: "30" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [jobs, bytes] = [Number(values.jobs), Number(values.bytes)];
  const minutes = Number(values.minutes);
  const { seconds, cpuSeconds, peakBytes, lost } = await measureThroughput({
    jobs,
    bytes,
    minutes,
  });
  console.log(
    `${jobs} jobs of ${bytes} bytes: ${seconds.toFixed(1)} s, ` +
      `${(jobs / seconds).toFixed(1)} jobs/s, ${((1000 * cpuSeconds) / jobs).toFixed(0)} ms of CPU a job, ` +
      `peak ${(peakBytes / 1e6).toFixed(0)} MB, ${lost} not whole`,
  );
  return lost === 0 ? 0 : 1;
}

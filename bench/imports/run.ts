import { deepStrictEqual } from "node:assert";
import { parseArgs } from "node:util";
import { coordinate, expectedOutcomes } from "./coordinate.ts";

const HELP = `Usage: npm run bench -- imports [--runs N] [--lines N,N,…]

CPU time of the code that coordinates an import, with services that cost nothing, by lines.`;

/**
 * Measures how the time of an import grows with its lines. Sizes alternate within each run, so that a
 * machine that is busy for a while slows all of them.
 *
 * @returns 1 when a line of the longest import costs over 1.5 times one of the shortest
 */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: "string", default: "5" },
      lines: { type: "string", default: "10000,100000,1000000" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const sizes = values.lines.split(",").map(Number);
  const seconds = new Map<number, number[]>(sizes.map((size) => [size, []]));
  // A warm-up: code that has not run yet is slow, which would count against the shortest.
  await coordinate(20_000);
  for (let repetition = 0; repetition < Number(values.runs); repetition++) {
    for (const [size, measured] of seconds) measured.push(await measure(size));
  }
  const perLine = [...seconds].map(([size, measured]) => report(size, measured));
  const growth = (perLine.at(-1) ?? 0) / (perLine[0] ?? 1);
  console.log(`a line of the longest costs ${growth.toFixed(2)} times one of the shortest`);
  return growth > 1.5 ? 1 : 0;
}

/** @returns seconds of CPU, which other work on the machine changes less than the clock's */
async function measure(lines: number): Promise<number> {
  const start = process.cpuUsage();
  const outcomes = await coordinate(lines);
  const { user, system } = process.cpuUsage(start);
  deepStrictEqual(outcomes, expectedOutcomes(lines));
  return (user + system) / 1e6;
}

/** @returns microseconds a line */
function report(lines: number, measured: readonly number[]): number {
  const sorted = measured.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const perLine = (median / lines) * 1e6;
  const all = measured.map((seconds) => seconds.toFixed(2)).join(" ");
  console.log(
    `${String(lines).padStart(9)} lines  median ${median.toFixed(2)} s of CPU  ` +
      `${perLine.toFixed(1)} µs a line  (${all})`,
  );
  return perLine;
}

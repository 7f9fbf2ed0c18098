import { writeBenchmarkFiles } from "../support/benchmark-files.ts";
import { describeMachine } from "../support/machine.ts";
import { markdownTable } from "../support/markdown.ts";
import { type Results, type Start, secondsOf } from "./results.ts";
import type { CommandName, Timing } from "./timed-run.ts";

interface Line {
  readonly words: string;
  readonly command: CommandName;
  readonly start: Start;
  readonly moment: keyof Timing;
  /** Seconds. */
  readonly target?: number;
}

const LINES: readonly Line[] = [
  line("demo", "cold", "firstWord", "`npm start`, cold: first word", 1),
  line("demo", "cold", "ready", "`npm start`, cold: first job's line", 5),
  line("demo", "cold", "cpu", "`npm start`, cold: processor time until then"),
  line("demo", "cold", "end", "`npm start`, cold: done", 20),
  line("track", "cold", "firstWord", "`track`, cold: first word", 1),
  line("track", "cold", "ready", "`track`, cold: first job's line", 5),
  line("track", "cold", "cpu", "`track`, cold: processor time until then"),
  line("serve", "cold", "firstWord", "`serve`, cold: first word", 1),
  line("serve", "cold", "ready", "`serve`, cold: the API is served", 5),
  line("serve", "cold", "cpu", "`serve`, cold: processor time until then"),
  line("demo", "warm", "ready", "`npm start`, warm: first job's line"),
  line("demo", "warm", "cpu", "`npm start`, warm: processor time until then"),
  line("demo", "warm", "end", "`npm start`, warm: done"),
  line("track", "warm", "firstWord", "`track`, warm: first word"),
  line("track", "warm", "ready", "`track`, warm: first job's line"),
  line("track", "warm", "cpu", "`track`, warm: processor time until then"),
  line("serve", "warm", "firstWord", "`serve`, warm: first word"),
  line("serve", "warm", "ready", "`serve`, warm: the API is served"),
  line("serve", "warm", "cpu", "`serve`, warm: processor time until then"),
];

function line(
  command: CommandName,
  start: Start,
  moment: keyof Timing,
  words: string,
  target?: number,
): Line {
  return { command, start, moment, words, ...(target !== undefined && { target }) };
}

/** The tables of all versions, side by side. */
export function reportOf(results: Results): string {
  const names = results.versions.map(({ name }) => name);
  const rows = LINES.map(({ words, command, start, moment, target }) => [
    words,
    ...names.map((name) => shown(secondsOf(results, name, command, start, moment))),
    target === undefined ? "" : `${target} s`,
  ]);
  const times = markdownTable(["moment", ...names, "target"], rows);
  if (results.loads.length === 0) return times;
  const loads = results.loads.map(({ version, jobs, seconds, cpuSeconds, peakBytes }) => [
    version,
    jobs.toLocaleString("en"),
    `${seconds.toFixed(0)} s`,
    `${((1000 * cpuSeconds) / jobs).toFixed(0)} ms`,
    `${(peakBytes / 1e6).toFixed(0)} MB`,
  ]);
  const memory = markdownTable(["version", "jobs", "time", "CPU a job", "peak memory"], loads);
  return `${times}\n\n${memory}`;
}

/** Writes the page and the raw data. */
export async function writeReport(results: Results): Promise<void> {
  await writeBenchmarkFiles({
    "first-run.json": `${JSON.stringify(results, null, 1)}\n`,
    "first-run.md": pageOf(results),
  });
}

function pageOf(results: Results): string {
  const versions = results.versions
    .map(({ name, revision }) => `${name} is ${revision}`)
    .join(", ");
  return `# First run, and memory

Written by \`npm run bench -- first-run\` on ${results.date}; the single runs are in [first-run.json](../../bench/results/first-run.json). ${versions}, each a clean checkout with the same packages, run in turns. Times are from the start of the process, medians of ${roundsOf(results)} runs; npm itself, which takes some 0.2 s, is not in them.

Machine: ${describeMachine(results.machine)}; its load average was ${results.loadAverage.map((it) => it.toFixed(1)).join(" before and ")} after. The clock's times are those of a machine with nothing else to do where that is below 1; the processor's time hardly depends on it.

*Cold* is what comes after \`npm ci\`: nothing is synthesized or bundled yet. (The disk's cache is warm in both.) Memory is the peak of the process of \`serve\`, which follows jobs of two imports and archives videos of 100 kB.

${reportOf(results)}
`;
}

function roundsOf({ runs }: Results): number {
  return runs.filter(
    ({ version, command, start }) =>
      version === runs[0]?.version && command === "demo" && start === "cold",
  ).length;
}

function shown(seconds: number | undefined): string {
  return seconds === undefined ? "" : `${seconds.toFixed(2)} s`;
}

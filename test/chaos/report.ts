import type { Broken, Tally } from "./run-histories.ts";

/** What a person needs who wants to see a broken invariant again. */
export function reportBroken({ replay, history, violations }: Broken): string {
  return [
    "An invariant is broken:",
    ...violations.map((violation) => `  ${violation}`),
    "The shortest history that breaks it:",
    JSON.stringify(history, null, 2).replace(/^/gm, "  "),
    "Play it again:",
    `  npm run chaos -- --replay ${replay}`,
    "",
  ].join("\n");
}

/** How often each end, fault and action occurred: what never occurs proves nothing. */
export function reportTally(runs: number, tally: Tally): string {
  const width = Math.max(...Object.keys(tally).map((name) => name.length));
  const lines = Object.entries(tally)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, times]) => `  ${name.padEnd(width)}  ${times}`);
  return [`${runs} histories. How often each occurred:`, ...lines, ""].join("\n");
}

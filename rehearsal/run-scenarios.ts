import { GAPS, type GapId } from "./gaps.ts";
import type { Scenario, Stage } from "./scenarios/scenario.ts";

/** How many scenarios came to which end. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs scenarios one after the other; what fails does not stop the rest. */
export async function runScenarios(
  scenarios: readonly Scenario[],
  stage: Stage,
  open: ReadonlySet<GapId>,
  say: (line: string) => void,
): Promise<Report> {
  const report = { passed: 0, failed: 0, skipped: 0 };
  for (const scenario of scenarios) {
    const gap = scenario.waitsFor?.find((id) => open.has(id));
    if (gap !== undefined) {
      report.skipped += 1;
      say(`skip           ${scenario.name} (${GAPS[gap].reason})`);
      continue;
    }
    const began = performance.now();
    const error = await scenario.run(stage).then(() => undefined, describeError);
    const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(5);
    report[error === undefined ? "passed" : "failed"] += 1;
    say(`${error === undefined ? "ok  " : "FAIL"}  ${seconds} s  ${scenario.name}`);
    if (error !== undefined) say(`               ${error}`);
  }
  return report;
}

const MAX_MESSAGE = 500;

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = error.stack?.split("\n").find((line) => line.includes("/rehearsal/scenarios/"));
  return `${error.name}: ${error.message.slice(0, MAX_MESSAGE)}${place ? ` ${place.trim()}` : ""}`;
}

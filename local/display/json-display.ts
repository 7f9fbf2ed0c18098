import { durationOf, type JobView } from "#local/command/job-view.ts";
import type { Display, Output } from "./display.ts";

/**
 * One JSON object per line: `job` when a job changes, `summary` at the end.
 *
 * @param now epoch milliseconds
 */
export function createJsonDisplay(output: Output, now: () => number = Date.now): Display {
  const shown = new Map<string, string>();
  const write = (value: unknown) => void output.write(`${JSON.stringify(value)}\n`);
  return {
    note() {},
    changed(view) {
      const key = JSON.stringify(view);
      if (shown.get(view.videoModelId) === key) return;
      shown.set(view.videoModelId, key);
      write({ type: "job", ...describe(view, now()) });
    },
    finished: (all) => write({ type: "summary", jobs: all.map((view) => describe(view, now())) }),
  };
}

function describe(view: JobView, now: number) {
  const { startedAt, endedAt, ...rest } = view;
  return {
    ...rest,
    startedAt: new Date(startedAt).toISOString(),
    ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() }),
    durationMs: durationOf(view, now),
  };
}

import { createLogUpdate } from "log-update";
import { durationOf, type JobView } from "#local/cli/job-view.ts";
import type { Display, Output } from "./display.ts";
import { byteSize, clockTime, oneLine } from "./format.ts";
import { summaryTable } from "./summary.ts";

const REDRAW_MS = 500;
const DEFAULT_COLUMNS = 100;

/** One line a job, updated in place. */
export function createTerminalDisplay(output: NodeJS.WriteStream & Output): Display {
  const screen = createLogUpdate(output);
  let latest: readonly JobView[] = [];
  const draw = () => screen(liveLines(latest, Date.now(), output.columns ?? DEFAULT_COLUMNS));
  let ticking: NodeJS.Timeout | undefined;
  return {
    note(text) {
      screen.clear();
      output.write(`${text}\n`);
      draw();
    },
    changed(_view, all) {
      latest = all;
      ticking ??= setInterval(draw, REDRAW_MS);
      draw();
    },
    finished(all) {
      clearInterval(ticking);
      screen.clear();
      screen.done();
      output.write(`${summaryTable(all, Date.now())}\n`);
    },
  };
}

/** The jobs as they stand, one line each. */
function liveLines(all: readonly JobView[], now: number, columns: number): string {
  return all.map((view) => oneLine(liveLine(view, now), columns)).join("\n");
}

function liveLine(view: JobView, now: number): string {
  return [
    view.videoModelId,
    view.status.padEnd("archive_failed".length),
    clockTime(durationOf(view, now)).padStart(7),
    `polls ${view.polls}`.padEnd(9),
    (view.bytes === undefined ? "" : byteSize(view.bytes)).padStart(8),
    view.label ?? "",
    view.reason ?? "",
  ].join("  ");
}

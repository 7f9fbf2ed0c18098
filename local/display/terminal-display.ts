import { createLogUpdate } from "log-update";
import type { JobView } from "#local/command/job-view.ts";
import type { Display, TerminalOutput } from "./display.ts";
import { liveLines } from "./live-lines.ts";
import { summaryTable } from "./summary.ts";

const REDRAW_MS = 500;
/** For a terminal that does not report its size; log-update uses the same defaults. */
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/**
 * One line a job, updated in place.
 *
 * @param now epoch milliseconds
 */
export function createTerminalDisplay(
  output: TerminalOutput,
  now: () => number = Date.now,
): Display {
  // A hidden cursor would stay hidden if the process is killed.
  const screen = createLogUpdate(output, { showCursor: true });
  let live: readonly JobView[] = [];
  let ticking: NodeJS.Timeout | undefined;
  const draw = () => {
    const { columns = DEFAULT_COLUMNS, rows = DEFAULT_ROWS } = output;
    // One row is the cursor's; a frame that scrolls could not be redrawn.
    if (live.length > 0) screen(liveLines(live, now(), { columns, rows: rows - 1 }));
  };
  return {
    note(text) {
      screen.clear();
      output.write(`${text}\n`);
      draw();
    },
    changed(_view, all) {
      live = all;
      ticking ??= setInterval(draw, REDRAW_MS);
      draw();
    },
    finished(all) {
      clearInterval(ticking);
      live = [];
      screen.clear();
      output.write(`${summaryTable(all, now(), output.columns)}\n`);
    },
  };
}

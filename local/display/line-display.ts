import { durationOf, type JobView } from "#local/command/job-view.ts";
import type { Display, Output } from "./display.ts";
import { byteSize, clockTime, plainText } from "./format.ts";
import { summaryTable } from "./summary.ts";

/**
 * Plain lines, for pipes and logs: one whenever a job's status or its reason to wait changes.
 *
 * @param now epoch milliseconds
 */
export function createLineDisplay(output: Output, now: () => number = Date.now): Display {
  const shown = new Map<string, string>();
  return {
    note: (text) => void output.write(`${text}\n`),
    changed(view) {
      const news = newsOf(view);
      if (shown.get(view.videoModelId) === news) return;
      shown.set(view.videoModelId, news);
      const age = clockTime(durationOf(view, now()));
      const label = view.label === undefined ? [] : [view.label];
      const parts = [view.videoModelId, ...label, age, `polls ${view.polls}`, news];
      output.write(`${parts.join("  ")}\n`);
    },
    finished: (all) => void output.write(`${summaryTable(all, now())}\n`),
  };
}

function newsOf({ status, reason, file, bytes, companions }: JobView): string {
  if (file !== undefined) {
    return `${status}  ${byteSize(bytes ?? 0)}  ${file}${beside(companions)}`;
  }
  return reason === undefined ? status : `${status}  ${plainText(reason)}`;
}

function beside(companions: JobView["companions"]): string {
  if (companions === undefined) return "";
  const archived = companions.filter(({ state }) => state === "archived").length;
  return `  ${archived} of ${companions.length} files beside it`;
}

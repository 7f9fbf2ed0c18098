import Table from "cli-table3";
import { durationOf, type JobView } from "#local/cli/job-view.ts";
import { clockTime, oneLine } from "./format.ts";

const MAX_REASON = 60;

/** The table at the end: what became of every job, and where its file is. */
export function summaryTable(all: readonly JobView[], now: number): string {
  const labelled = all.some(({ label }) => label !== undefined);
  const table = new Table({
    head: ["Video", ...(labelled ? ["Job"] : []), "Status", "Duration", "Polls", "File or reason"],
    style: { head: [], border: [] },
  });
  for (const view of all) {
    table.push([
      view.videoModelId,
      ...(labelled ? [view.label ?? ""] : []),
      view.status,
      clockTime(durationOf(view, now)),
      view.polls,
      view.file ?? oneLine(view.reason ?? "", MAX_REASON),
    ]);
  }
  return table.toString();
}

import Table from "cli-table3";
import { durationOf, type JobView } from "#local/command/job-view.ts";
import { clockTime, plainText } from "./format.ts";

const GAP = "  ";

/** The table's lines are copied and searched, so nothing but space divides the columns. */
const NO_LINES = {
  ...Object.fromEntries(
    ["top", "bottom", "left", "right", "mid"].flatMap((side) => [
      [side, ""],
      [`${side}-mid`, ""],
      [`${side}-left`, ""],
      [`${side}-right`, ""],
    ]),
  ),
  "mid-mid": "",
  middle: GAP,
};

/**
 * The table at the end: what became of every job, and where its file is or why there is none. The
 * last is never cut: when it does not fit beside the rest, it takes a line of its own.
 *
 * @param columns of the terminal
 */
export function summaryTable(
  all: readonly JobView[],
  now: number,
  columns = Number.POSITIVE_INFINITY,
): string {
  const [head = "", ...rows] = tableLines(all, now);
  const outcomes = all.map(({ file, reason }) => file ?? plainText(reason ?? ""));
  const wide = rows.map((row, index) => `${row}${GAP}${outcomes[index]}`.trimEnd());
  if (wide.every((line) => line.length <= columns)) {
    return [`${head}${GAP}File or reason`, ...wide].join("\n");
  }
  const narrow = rows.flatMap((row, index) => [row, `${GAP}${outcomes[index]}`]);
  return [head, ...narrow.filter((line) => line.trim() !== "")].join("\n");
}

function tableLines(all: readonly JobView[], now: number): string[] {
  const labelled = all.some(({ label }) => label !== undefined);
  const table = new Table({
    head: ["Video", ...(labelled ? ["Job"] : []), "Status", "Duration", "Polls"],
    colAligns: ["left", ...(labelled ? (["left"] as const) : []), "left", "right", "right"],
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    chars: NO_LINES,
  });
  for (const view of all) {
    table.push([
      view.videoModelId,
      ...(labelled ? [view.label ?? ""] : []),
      view.status,
      clockTime(durationOf(view, now)),
      view.polls,
    ]);
  }
  return table.toString().split("\n");
}

import { durationOf, type JobView } from "#local/command/job-view.ts";
import { type Alignment, alignColumns } from "./align-columns.ts";
import { clockTime, plainText } from "./format.ts";

const GAP = "  ";

/**
 * The table at the end: what became of every job, and where its file is or why there is none. The
 * latter is never cut: if it does not fit beside the rest, it takes a line of its own.
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
  const beside = all.map(companionLines);
  const wide = rows.map((row, index) => `${row}${GAP}${outcomes[index]}`.trimEnd());
  if (wide.every((line) => line.length <= columns)) {
    const lines = wide.flatMap((line, index) => [line, ...(beside[index] ?? [])]);
    return [`${head}${GAP}File or reason`, ...lines].join("\n");
  }
  const narrow = rows.flatMap((row, index) => [
    row,
    `${GAP}${outcomes[index]}`,
    ...(beside[index] ?? []),
  ]);
  return [head, ...narrow.filter((line) => line.trim() !== "")].join("\n");
}

/** What AKOOL has named beside the video, a line each: where it is, or why it is missing. */
function companionLines({ companions = [] }: JobView): string[] {
  return companions.map(({ role, state, file, reason = "" }) =>
    `${GAP}${role}: ${state}${GAP}${file ?? plainText(reason)}`.trimEnd(),
  );
}

function tableLines(all: readonly JobView[], now: number): string[] {
  const labels = all.some(({ label }) => label !== undefined);
  const alignments: Alignment[] = ["left", ...label<Alignment>("left"), "left", "right", "right"];
  const rows = all.map((view) => [
    view.videoModelId,
    ...label(view.label ?? ""),
    view.status,
    clockTime(durationOf(view, now)),
    String(view.polls),
  ]);
  const head = ["Video", ...label("Job"), "Status", "Duration", "Polls"];
  return alignColumns([head, ...rows], alignments).map((cells) => cells.join(GAP));

  function label<Cell>(cell: Cell): Cell[] {
    return labels ? [cell] : [];
  }
}

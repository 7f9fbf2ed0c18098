import { durationOf, type JobView } from "#local/command/job-view.ts";
import { alignColumns } from "./align-columns.ts";
import { byteSize, clipped, clockTime, plainText } from "./format.ts";

/** Id, status, age, polls, bytes. */
const ALIGNMENTS = ["left", "left", "right", "left", "right"] as const;

/** Keeps the columns from moving at the first changes. */
const USUAL_WIDTHS = [0, "processing".length, "0:00".length, "polls 00".length, 0];

/**
 * The jobs as they stand, one line each. When there are more jobs than rows, those that have not
 * ended come first and the last line counts the others.
 *
 * @param now epoch milliseconds
 */
export function liveLines(
  all: readonly JobView[],
  now: number,
  { columns, rows }: { columns: number; rows: number },
): string {
  const isTooMany = all.length > rows;
  const urgent = isTooMany ? all.toSorted((a, b) => Number(a.ended) - Number(b.ended)) : all;
  const shown = urgent.slice(0, isTooMany ? Math.max(0, rows - 1) : rows);
  const lines = linesOf(shown, now).map((line) => clipped(line, columns));
  if (isTooMany) lines.push(clipped(rest(urgent.slice(shown.length)), columns));
  return lines.join("\n");
}

function rest(hidden: readonly JobView[]): string {
  const ended = hidden.filter((view) => view.ended).length;
  return `… and ${hidden.length} more, ${ended} of them ended`;
}

function linesOf(shown: readonly JobView[], now: number): string[] {
  const cells = shown.map((view) => cellsOf(view, now));
  return alignColumns(cells, ALIGNMENTS, USUAL_WIDTHS).map((columns, index) => {
    const words = [shown[index]?.label ?? "", plainText(shown[index]?.reason ?? "")];
    return [...columns, ...words].filter((part) => part !== "").join("  ");
  });
}

function cellsOf(view: JobView, now: number): string[] {
  return [
    view.videoModelId,
    view.status,
    clockTime(durationOf(view, now)),
    `polls ${view.polls}`,
    view.bytes === undefined ? "" : byteSize(view.bytes),
  ];
}

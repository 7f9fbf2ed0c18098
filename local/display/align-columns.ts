export type Alignment = "left" | "right";

/**
 * Pads the cells of every column to the longest one. Cells are plain ASCII: one character takes one
 * column of the terminal.
 *
 * @param alignments of the columns; figures go to the right, so that their digits do not jump
 * @param atLeast widths that a column has in any case
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
  atLeast: readonly number[] = [],
): string[][] {
  const widths = alignments.map((_, at) =>
    Math.max(atLeast[at] ?? 0, ...rows.map((cells) => cells[at]?.length ?? 0)),
  );
  return rows.map((cells) =>
    cells.map((cell, at) =>
      alignments[at] === "right" ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
    ),
  );
}

/** Which rows of a long list are drawn, and how much room the others take. */
export interface VisibleRows {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  /** Pixels above and below. */
  readonly before: number;
  readonly after: number;
}

export interface Viewport {
  /** Pixels of the list that are above the window's upper edge; negative while it begins below. */
  readonly scrolled: number;
  readonly height: number;
}

/** Rows beyond the window's edges, so that a keyboard or a quick wheel finds them drawn. */
const SPARE_ROWS = 12;

/** @param rowHeight pixels, equal for all rows */
export function visibleRows(count: number, rowHeight: number, viewport: Viewport): VisibleRows {
  const top = Math.floor(viewport.scrolled / rowHeight) - SPARE_ROWS;
  const shown = Math.ceil(viewport.height / rowHeight) + 2 * SPARE_ROWS;
  const first = Math.min(Math.max(0, top), Math.max(0, count - shown));
  const end = Math.min(count, first + shown);
  return { first, end, before: first * rowHeight, after: (count - end) * rowHeight };
}

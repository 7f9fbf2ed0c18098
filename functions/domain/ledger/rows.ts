import { bounded, type GroupSums, WITHOUT_TAG } from "./hour-sums.ts";
import { NO_SUMS, plus, type Sums } from "./sums.ts";

/** Groups of an answer, and the bytes of their names. */
const MOST_ROWS = 500;
const MOST_ROW_BYTES = 200_000;

/** The sums of hours (`2026-11-27T13`) as one row a day, the earliest first. */
export function rowsByDay(hours: ReadonlyMap<string, Sums>): GroupSums[] {
  const days = new Map<string, Sums>();
  for (const [hour, sums] of hours) {
    const day = hour.slice(0, "2026-11-27".length);
    days.set(day, plus(days.get(day) ?? NO_SUMS, sums));
  }
  const rows = [...days].map(([group, sums]) => ({ group, sums }));
  return rows.sort((one, other) => one.group.localeCompare(other.group));
}

/**
 * The groups of all hours, the one with most jobs first. An hour that was added up before the ledger
 * was grouped by this tag has no groups: its jobs count as those without it.
 */
export function rowsByGroup(
  hours: ReadonlyMap<string, Sums>,
  groups: ReadonlyMap<string, readonly GroupSums[]>,
): GroupSums[] {
  const rows = new Map<string, Sums>();
  for (const [hour, sums] of hours) {
    for (const row of groups.get(hour) ?? [{ group: WITHOUT_TAG, sums }]) {
      rows.set(row.group, plus(rows.get(row.group) ?? NO_SUMS, row.sums));
    }
  }
  return bounded(rows, MOST_ROWS, MOST_ROW_BYTES);
}

/** Everything together. */
export function totalOf(hours: ReadonlyMap<string, Sums>): Sums {
  return [...hours.values()].reduce(plus, NO_SUMS);
}

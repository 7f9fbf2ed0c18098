import type { LedgerNotes } from "#aws/ledger-notes.ts";
import type { StoredGroups } from "#aws/ledger-sums.ts";
import { daysBetween, monthsBetween } from "#domain/ledger/days.ts";
import type { Grouping, GroupSums } from "#domain/ledger/hour-sums.ts";
import { rowsByDay, rowsByGroup, totalOf } from "#domain/ledger/rows.ts";
import type { Sums } from "#domain/ledger/sums.ts";
import {
  countUnknown,
  type SubmissionListDependencies,
} from "#use-cases/swaps/list-submissions.ts";
import {
  addUpChanged,
  type LedgerReading,
  type RecentHours,
  readChangedHours,
} from "./recent-hours.ts";

export interface LedgerDependencies extends LedgerReading, SubmissionListDependencies {
  notes: LedgerNotes;
}

export interface LedgerRequest {
  /** Days in UTC (`2026-11-27`), both included. */
  from: string;
  to: string;
  groupBy: "day" | Exclude<Grouping, "total">;
}

export interface Ledger {
  rows: GroupSums[];
  total: Sums;
  /** Submissions of these days that were, and that are, of unknown outcome. */
  submissions: { settled: number; unknown: number };
  /** Since when there are changes that the answer lacks; undefined if it lacks none. */
  uncountedSince: string | undefined;
}

/** An answer over so many days keeps to so many reads of tables, unless its groups alone take more. */
const DAYS = 31;
const MOST_READS = 10;
/** The marks, the settled submissions, and those of unknown outcome in two states. */
const READS_OF_ANY = 4;

/** What the jobs of some days add up to. */
export async function readLedger(
  dependencies: LedgerDependencies,
  request: LedgerRequest,
): Promise<Ledger> {
  const { from, to, groupBy } = request;
  const changed = await readChangedHours(dependencies, from, to);
  const [totals, groups, settled, unknown] = await Promise.all([
    readStoredTotals(dependencies, from, to),
    groupBy === "day" ? undefined : readStoredGroups(dependencies, groupBy, from, to),
    dependencies.notes.countSettled(from, to),
    countUnknown(dependencies, from, `${to}T23:59:59.999Z`),
  ]);
  const recent = await addUpChanged(dependencies, changed, readsLeft(request, groups?.reads ?? 0));
  const hours = withRecent(totals, recent);
  return {
    rows:
      groupBy === "day" || groups === undefined
        ? rowsByDay(hours)
        : rowsByGroup(hours, groupsWithRecent(groups.hours, recent, groupBy)),
    total: totalOf(hours),
    submissions: { settled, unknown },
    uncountedSince: recent.uncountedSince,
  };
}

/** What is left for hours that have changed: a large ledger is some minutes behind, and says so. */
function readsLeft({ from, to }: LedgerRequest, readsOfGroups: number): number {
  if (daysBetween(from, to) > DAYS) return MOST_READS;
  return MOST_READS - READS_OF_ANY - monthsBetween(from, to).length - readsOfGroups;
}

/** The sums of every hour of a range of days, with those that have changed since. */
export async function readTotals(
  reading: LedgerReading,
  recent: RecentHours,
  from: string,
  to: string,
): Promise<Map<string, Sums>> {
  return withRecent(await readStoredTotals(reading, from, to), recent);
}

/** The sums of every hour, as they were last added up; one read a month. */
async function readStoredTotals(
  { sums }: LedgerReading,
  from: string,
  to: string,
): Promise<Map<string, Sums>> {
  const months = await Promise.all(
    monthsBetween(from, to).map((month) => sums.totals(month, from, to)),
  );
  return new Map(months.flatMap((month) => [...month]));
}

function withRecent(stored: ReadonlyMap<string, Sums>, recent: RecentHours): Map<string, Sums> {
  const hours = new Map(stored);
  for (const [hour, { total }] of recent.hours) hours.set(hour, total);
  return hours;
}

async function readStoredGroups(
  { sums }: LedgerReading,
  grouping: Grouping,
  from: string,
  to: string,
): Promise<StoredGroups> {
  const months = await Promise.all(
    monthsBetween(from, to).map((month) => sums.groups(grouping, month, from, to)),
  );
  return {
    hours: new Map(months.flatMap(({ hours }) => [...hours])),
    reads: months.reduce((sum, { reads }) => sum + reads, 0),
  };
}

function groupsWithRecent(
  stored: ReadonlyMap<string, readonly GroupSums[]>,
  recent: RecentHours,
  grouping: Grouping,
): Map<string, readonly GroupSums[]> {
  const hours = new Map(stored);
  for (const [hour, { groups }] of recent.hours) hours.set(hour, groups.get(grouping) ?? []);
  return hours;
}

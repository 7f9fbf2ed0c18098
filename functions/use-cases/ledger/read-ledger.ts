import type { LedgerNotes } from "#aws/ledger-notes.ts";
import { monthsBetween } from "#domain/ledger/days.ts";
import type { Grouping, GroupSums } from "#domain/ledger/hour-sums.ts";
import { rowsByDay, rowsByGroup, totalOf } from "#domain/ledger/rows.ts";
import type { Sums } from "#domain/ledger/sums.ts";
import {
  countUnknown,
  type SubmissionListDependencies,
} from "#use-cases/swaps/list-submissions.ts";
import { type LedgerReading, type RecentHours, readRecentHours } from "./recent-hours.ts";

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

/** What the jobs of some days add up to. */
export async function readLedger(
  dependencies: LedgerDependencies,
  { from, to, groupBy }: LedgerRequest,
): Promise<Ledger> {
  const recent = await readRecentHours(dependencies, from, to);
  const hours = await readTotals(dependencies, recent, from, to);
  const rows =
    groupBy === "day"
      ? rowsByDay(hours)
      : rowsByGroup(hours, await readGroups(dependencies, recent, groupBy, from, to));
  const [settled, unknown] = await Promise.all([
    dependencies.notes.countSettled(from, to),
    countUnknown(dependencies, from, `${to}T23:59:59.999Z`),
  ]);
  return {
    rows,
    total: totalOf(hours),
    submissions: { settled, unknown },
    uncountedSince: recent.uncountedSince,
  };
}

/** The sums of every hour of a range of days, with those that have changed since. */
export async function readTotals(
  { sums }: LedgerReading,
  recent: RecentHours,
  from: string,
  to: string,
): Promise<Map<string, Sums>> {
  const stored = await Promise.all(
    monthsBetween(from, to).map((month) => sums.totals(month, from, to)),
  );
  const hours = new Map(stored.flatMap((month) => [...month]));
  for (const [hour, { total }] of recent.hours) hours.set(hour, total);
  return hours;
}

async function readGroups(
  { sums }: LedgerReading,
  recent: RecentHours,
  grouping: Grouping,
  from: string,
  to: string,
): Promise<Map<string, readonly GroupSums[]>> {
  const stored = await Promise.all(
    monthsBetween(from, to).map((month) => sums.groups(grouping, month, from, to)),
  );
  const hours = new Map<string, readonly GroupSums[]>(stored.flatMap((month) => [...month]));
  for (const [hour, { groups }] of recent.hours) hours.set(hour, groups.get(grouping) ?? []);
  return hours;
}

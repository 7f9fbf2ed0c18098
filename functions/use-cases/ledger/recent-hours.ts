import type { ChangedHour, LedgerSums } from "#aws/ledger-sums.ts";
import { settledFacts } from "#domain/ledger/entry.ts";
import { HourCounter, type HourSums } from "#domain/ledger/hour-sums.ts";

export interface LedgerReading {
  sums: LedgerSums;
  /** Names of the tags that the ledger is grouped by. */
  ledgerTags: readonly string[];
}

export interface RecentHours {
  /** Hours that have changed since they were added up, as they are now. */
  hours: ReadonlyMap<string, HourSums>;
  /** Since when there are changes that are not in the answer; undefined if all of them are. */
  uncountedSince: string | undefined;
}

/** Hours of changes that one answer adds up by itself, with a read each. */
const MOST_HOURS = 2;
/** Changed hours that are read at once; a deployment has a few, except while it imports. */
const CHANGED_HOURS = 200;

/**
 * What the stored sums lack: the sweeper makes them every few minutes. A small deployment sees each
 * job at once; a busy one is told since when the answer is behind.
 *
 * @param from days (`2026-11-27`), both included
 */
export async function readRecentHours(
  reading: LedgerReading,
  from: string,
  to: string,
): Promise<RecentHours> {
  return addUpChanged(reading, await readChangedHours(reading, from, to), MOST_HOURS);
}

/**
 * The hours of these days that have changed since they were added up, the earliest first. It is read
 * before their sums are: whoever makes a sum takes the mark away after it.
 */
export async function readChangedHours(
  { sums }: LedgerReading,
  from: string,
  to: string,
): Promise<ChangedHour[]> {
  const changed = await sums.changedHours(CHANGED_HOURS);
  return changed.filter(({ hour }) => hour >= from && hour.slice(0, to.length) <= to);
}

/**
 * Adds changed hours up, with a read each. The latest are the ones that somebody waits for.
 *
 * @param reads that the answer has left; it takes two at most
 */
export async function addUpChanged(
  { sums, ledgerTags }: LedgerReading,
  changed: readonly ChangedHour[],
  reads: number,
): Promise<RecentHours> {
  const most = Math.max(0, Math.min(reads, MOST_HOURS));
  const hours = new Map<string, HourSums>();
  for (const { hour } of changed.slice(Math.max(0, changed.length - most))) {
    const entries = await sums.fewEntriesOf(hour);
    if (entries === undefined) continue;
    const counter = new HourCounter(ledgerTags);
    for (const entry of entries) counter.add(settledFacts(entry));
    hours.set(hour, counter.result());
  }
  const uncounted = changed.filter(({ hour }) => !hours.has(hour)).map(({ since }) => since);
  return { hours, uncountedSince: uncounted.sort()[0] };
}

import pMap from "p-map";
import type { LedgerCounting } from "#aws/ledger-counting.ts";
import type { ChangedHour, LedgerSums } from "#aws/ledger-sums.ts";
import { monthOf } from "#domain/ledger/days.ts";
import { settledFacts } from "#domain/ledger/entry.ts";
import { HourCounter } from "#domain/ledger/hour-sums.ts";

export interface CountDependencies {
  counting: LedgerCounting;
  sums: Pick<LedgerSums, "changedHours">;
  /** Names of the tags that the ledger is grouped by. */
  ledgerTags: readonly string[];
  /** Epoch milliseconds. */
  now: () => number;
}

const HOURS_AT_ONCE = 4;
/** A year has 8,760 hours, and those that are left are counted by the next run. */
const MOST_HOURS = 1_000;

/**
 * Adds up every hour that has changed, the latest first, and the months that they are in. Safe to
 * repeat, and concurrently with itself: an hour stays marked until its sums, and those of its month,
 * hold what the mark stands for.
 *
 * @param stopAt epoch milliseconds at which no further hour is begun
 * @returns the hours that were left
 */
export async function countChanges(
  dependencies: CountDependencies,
  stopAt: number,
): Promise<ChangedHour[]> {
  const changed = (await dependencies.sums.changedHours(MOST_HOURS)).reverse();
  const left: ChangedHour[] = [];
  const counted: ChangedHour[] = [];
  await pMap(
    changed,
    async (it) => {
      if (dependencies.now() >= stopAt) {
        left.push(it);
        return;
      }
      await countHour(dependencies, it.hour);
      counted.push(it);
    },
    { concurrency: HOURS_AT_ONCE },
  );
  const months = new Set(counted.map(({ hour }) => monthOf(hour)));
  for (const month of months) await countMonth(dependencies, month);
  await pMap(counted, (it) => dependencies.counting.unmark(it), { concurrency: HOURS_AT_ONCE });
  return left;
}

async function countHour({ counting, ledgerTags }: CountDependencies, hour: string): Promise<void> {
  const ticket = await counting.hourTicket(hour);
  const counter = new HourCounter(ledgerTags);
  for await (const entry of counting.entriesOf(hour)) counter.add(settledFacts(entry));
  await counting.putHour(hour, counter.result(), ticket);
}

async function countMonth({ counting }: CountDependencies, month: string): Promise<void> {
  const ticket = await counting.monthTicket(month);
  await counting.putMonth(month, await counting.statusesOf(month), ticket);
}

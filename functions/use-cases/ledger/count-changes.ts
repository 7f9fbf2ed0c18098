import pMap from "p-map";
import type { LedgerCounting } from "#aws/ledger-counting.ts";
import type { ChangedHour, LedgerSums } from "#aws/ledger-sums.ts";
import { toIso } from "#domain/job/job.ts";
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

export interface Counted {
  /** Hours that were not begun in time, or could not be added up: they stay marked. */
  left: ChangedHour[];
  /** Why some could not be. */
  errors: unknown[];
}

const HOURS_AT_ONCE = 4;
/** A year has 8,760 hours, and those that are left are counted by the next run. */
const MOST_HOURS = 1_000;

/**
 * Adds up every hour that has changed, the latest first, and the months that they are in. Safe to
 * repeat, and concurrently with itself: an hour stays marked until its sums, and those of its month,
 * hold what the mark stands for. An hour that fails keeps no other one back.
 *
 * @param stopAt epoch milliseconds at which no further hour is begun
 * @throws the errors of the SDK if it cannot be read which hours have changed
 */
export async function countChanges(
  dependencies: CountDependencies,
  stopAt: number,
): Promise<Counted> {
  const { counting } = dependencies;
  const changed = (await dependencies.sums.changedHours(MOST_HOURS)).reverse();
  const left = new Set(changed);
  const errors: unknown[] = [];
  const succeeds = async (attempt: Promise<void>) => {
    try {
      await attempt;
      return true;
    } catch (error) {
      errors.push(error);
      return false;
    }
  };
  const added: { mark: ChangedHour; countedAt: string }[] = [];
  await pMap(
    changed,
    async (mark) => {
      if (dependencies.now() >= stopAt) return;
      const countedAt = toIso(dependencies.now());
      if (await succeeds(countHour(dependencies, mark.hour))) added.push({ mark, countedAt });
    },
    { concurrency: HOURS_AT_ONCE },
  );
  for (const [month, hours] of Map.groupBy(added, ({ mark }) => monthOf(mark.hour))) {
    if (!(await succeeds(countMonth(dependencies, month)))) continue;
    await pMap(
      hours,
      async ({ mark, countedAt }) => {
        if (await succeeds(counting.unmark(mark, countedAt))) left.delete(mark);
      },
      { concurrency: HOURS_AT_ONCE },
    );
  }
  return { left: [...left], errors };
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

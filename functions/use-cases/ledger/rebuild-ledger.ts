import pMap from "p-map";
import type { LedgerEntries } from "#aws/ledger-entries.ts";
import type { Job } from "#domain/job/job.ts";
import type { EnterInLedger } from "#use-cases/tracking/enter-in-ledger.ts";
import { type CountDependencies, countChanges } from "./count-changes.ts";

export interface RebuildDependencies extends CountDependencies {
  jobs: AsyncIterable<Job>;
  enterInLedger: EnterInLedger;
  entries: Pick<LedgerEntries, "markChanged">;
}

const JOBS_AT_ONCE = 16;

/**
 * Enters every job once more, as its record says that it is, and adds everything up anew. Entries
 * whose records were deleted stay as they are. Safe while jobs are followed: it writes an entry as
 * their own functions do, on the condition that nobody has a newer one.
 *
 * @returns how many records were read
 * @throws AggregateError if hours could not be added up; all others were
 */
export async function rebuildLedger(dependencies: RebuildDependencies): Promise<number> {
  const { counting, entries } = dependencies;
  let read = 0;
  await pMap(
    dependencies.jobs,
    async (job) => {
      await dependencies.enterInLedger(job);
      read += 1;
    },
    { concurrency: JOBS_AT_ONCE },
  );
  // Also hours of which no record is left: their sums are made of their entries again.
  for (const month of await counting.months()) {
    await pMap(await counting.hoursOf(month), (hour) => entries.markChanged(hour), {
      concurrency: JOBS_AT_ONCE,
    });
  }
  // One pass counts a bounded number of hours, and jobs that end meanwhile mark theirs.
  while ((await dependencies.sums.changedHours(1)).length > 0) {
    const { errors } = await countChanges(dependencies, Number.POSITIVE_INFINITY);
    if (errors.length > 0) throw new AggregateError(errors, "could not add up the ledger");
  }
  return read;
}

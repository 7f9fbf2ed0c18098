import { isDeepStrictEqual } from "node:util";
import type { LedgerEntries } from "#aws/ledger-entries.ts";
import type { LedgerNotes } from "#aws/ledger-notes.ts";
import { retryOnConflict } from "#aws/versioned-write.ts";
import type { Job } from "#domain/job/job.ts";
import { entryAfter, factsOf, hourOf } from "#domain/ledger/entry.ts";

export interface LedgerWriting {
  entries: LedgerEntries;
  notes: Pick<LedgerNotes, "noteExpiring" | "removeExpiring">;
  /** Names of the tags that the ledger is grouped by. */
  ledgerTags: readonly string[];
}

/**
 * Enters a job, as its record says that it is; safe to repeat.
 *
 * @throws the errors of the SDK: what was not entered has to be entered again
 */
export type EnterInLedger = (job: Job, signal?: AbortSignal) => Promise<void>;

/**
 * Keeps the ledger in step with the records (decision 0080). The entry comes first and the mark that
 * its hour has changed second: after a crash between the two the change is still due, and whoever
 * publishes it marks the hour.
 */
export function createLedgerWriter(dependencies: LedgerWriting): EnterInLedger {
  const { entries, ledgerTags } = dependencies;
  return async (job, signal) => {
    const facts = factsOf(job, ledgerTags);
    if (facts === undefined) return;
    const { videoModelId } = job;
    const hour = await entries.fixHour(videoModelId, hourOf(job), signal);
    await retryOnConflict(async () => {
      const known = await entries.get(hour, videoModelId, signal);
      const next = entryAfter(known, job, facts, hour);
      if (!isDeepStrictEqual(known, next)) await entries.replace(known, next, signal);
    });
    await entries.markChanged(hour, signal);
    await noteDanger(dependencies, job, signal);
  };
}

/** A video that could not be archived is in danger until a later attempt has archived it. */
async function noteDanger(
  { notes }: LedgerWriting,
  job: Job,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (job.status === "archive_failed") return notes.noteExpiring(job, signal);
  const wasInDanger =
    job.expiryPublishedAt !== undefined ||
    job.statusHistory.some(({ status }) => status === "archive_failed");
  if (wasInDanger) await notes.removeExpiring(job, signal);
}

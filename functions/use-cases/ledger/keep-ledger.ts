import type { CountJobs } from "#aws/job-counts.ts";
import type { LedgerNotes } from "#aws/ledger-notes.ts";
import type { LedgerSums } from "#aws/ledger-sums.ts";
import type { PublishBudgetEvent } from "#aws/publish-events.ts";
import { toIso } from "#domain/job/job.ts";
import { isEnded, JOB_STATUSES } from "#domain/job/job-status.ts";
import type { CreditBudget } from "#domain/ledger/budget.ts";
import type { StatusCounts } from "#domain/ledger/hour-sums.ts";
import type { Meter } from "#domain/metrics.ts";
import { nameOf } from "#domain/text/error-name.ts";
import type { JobDependencies } from "#use-cases/tracking/dependencies.ts";
import { type CountDependencies, countChanges } from "./count-changes.ts";
import { watchBudget } from "./watch-budget.ts";

export interface KeepDependencies
  extends CountDependencies,
    Pick<JobDependencies, "eventBusName" | "log" | "now"> {
  publish: PublishBudgetEvent;
  sums: LedgerSums;
  notes: LedgerNotes;
  countJobs: CountJobs;
  budget: CreditBudget | undefined;
  meter: Meter;
}

/**
 * One run of whoever keeps the ledger: adds up what has changed, counts the jobs by their status, and
 * warns of the budget. Never rejects: the next run does what this one could not, and no job waits.
 *
 * @param stopAt epoch milliseconds at which nothing further is begun
 */
export async function keepLedger(dependencies: KeepDependencies, stopAt: number): Promise<void> {
  await tried(dependencies, "could not add up the ledger", async () => {
    const { left, errors } = await countChanges(dependencies, stopAt);
    const oldest = left.map(({ since }) => Date.parse(since)).sort((a, b) => a - b)[0];
    const delay = oldest === undefined ? 0 : dependencies.now() - oldest;
    dependencies.meter.add("LedgerDelay", Math.max(0, delay) / 1_000);
    if (errors.length > 0) throw errors[0];
  });
  await tried(dependencies, "could not count the jobs", () => countByStatus(dependencies));
  await tried(dependencies, "could not watch the budget", () => watchBudget(dependencies));
}

async function tried(
  { log }: KeepDependencies,
  failure: string,
  attempt: () => Promise<void>,
): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    log.warn(failure, { error: nameOf(error) });
  }
}

/**
 * Those that have ended are in the ledger, however many they are; those under way are counted one by
 * one. A job that could not be archived is under way as well: the sweeper begins it again.
 */
async function countByStatus(dependencies: KeepDependencies): Promise<void> {
  const { sums, countJobs, notes, ledgerTags, now } = dependencies;
  const at = toIso(now());
  const ended = await sums.statuses();
  const counts: StatusCounts = {};
  for (const status of JOB_STATUSES) {
    const isFinal = isEnded(status) && status !== "archive_failed";
    counts[status] = isFinal ? (ended[status] ?? 0) : await countJobs(status);
  }
  await notes.putCounts({ counts, at, ledgerTags });
}

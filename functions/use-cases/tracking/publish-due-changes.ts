import { statusChangeEvent } from "#aws/event-entries.ts";
import { type DueChange, dueChanges, unpublishedFor } from "#domain/events/events.ts";
import type { Job } from "#domain/job/job.ts";
import { isEnded } from "#domain/job/job-status.ts";
import { nameOf } from "#domain/text/error-name.ts";
import type { JobDependencies } from "./dependencies.ts";

/** Milliseconds for all events of one call, and for the ledger beside them: neither holds up a job. */
export const PUBLISHING_BUDGET_MS = 4_000;

/**
 * Publishes the recorded changes of a job that are not known to be published, oldest first, enters
 * the job in the ledger where they concern it, and acknowledges them (decisions 0071, 0080). Whoever
 * writes a change calls this after the write. If it fails, whoever touches the job next makes up for
 * it, and at last the sweeper does.
 *
 * At least once, under the same event ids, and one event after the other, so that none overtakes an
 * earlier one of its job. Never rejects: a failing bus keeps no video from the archive, and a failing
 * ledger neither that nor an event.
 *
 * @param job the record as it was written
 * @returns the record, and in its `publishedSeq` how far it has come
 */
export async function publishDueChanges(dependencies: JobDependencies, job: Job): Promise<Job> {
  const due = dueChanges(job);
  if (due.length === 0) return job;
  const signal = AbortSignal.timeout(PUBLISHING_BUDGET_MS);
  const [published, entered] = await Promise.all([
    publishInOrder(dependencies, job, due, signal),
    enterInLedger(dependencies, job, due, signal),
  ]);
  const known = Math.min(published, entered);
  return acknowledge(dependencies, job, known, known < (due.at(-1)?.seq ?? 0));
}

/** @returns `seq` of the last change that the bus has taken */
async function publishInOrder(
  dependencies: JobDependencies,
  { videoModelId, execution, publishedSeq }: Job,
  due: readonly DueChange[],
  signal: AbortSignal,
): Promise<number> {
  let published = publishedSeq;
  try {
    for (const { seq, detail } of due) {
      await dependencies.publish(
        statusChangeEvent(detail, dependencies.eventBusName),
        execution,
        signal,
      );
      published = seq;
    }
  } catch (error) {
    dependencies.log.warn("could not publish a change; it stays due", {
      videoModelId,
      error: nameOf(error),
      due: due.filter(({ seq }) => seq > published).length,
    });
  }
  return published;
}

/**
 * Ends concern the ledger, and beginnings, since a further attempt takes an end back.
 *
 * @returns `seq` of the last change that the ledger has
 */
async function enterInLedger(
  dependencies: JobDependencies,
  job: Job,
  due: readonly DueChange[],
  signal: AbortSignal,
): Promise<number> {
  const first = due.find(({ detail: { status } }) => status === "accepted" || isEnded(status));
  if (first === undefined) return Number.POSITIVE_INFINITY;
  try {
    await dependencies.enterInLedger(job, signal);
    return Number.POSITIVE_INFINITY;
  } catch (error) {
    const { videoModelId } = job;
    dependencies.log.warn("could not enter a job in the ledger; its change stays due", {
      videoModelId,
      error: nameOf(error),
    });
    return first.seq - 1;
  }
}

/**
 * For callers that have not written the change themselves: its writer is still publishing a change
 * that is younger than the budget.
 */
export async function publishOverdueChanges(dependencies: JobDependencies, job: Job): Promise<Job> {
  const isOverdue = unpublishedFor(job, dependencies.now()) > PUBLISHING_BUDGET_MS;
  return isOverdue ? publishDueChanges(dependencies, job) : job;
}

/** What is not acknowledged is published once more, under the same id. */
async function acknowledge(
  { store, now, log }: JobDependencies,
  job: Job,
  published: number,
  isLeft: boolean,
): Promise<Job> {
  try {
    const known = published > job.publishedSeq ? await store.acknowledge(job, published) : job;
    if (isLeft) await store.publishLater(known, now());
    return known;
  } catch (error) {
    const { videoModelId } = job;
    log.warn("could not acknowledge published changes", { videoModelId, error: nameOf(error) });
    return job;
  }
}

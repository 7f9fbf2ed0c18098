import { statusChangeEvent } from "#aws/event-entries.ts";
import { dueChanges, unpublishedFor } from "#domain/events/events.ts";
import type { Job } from "#domain/job/job.ts";
import { nameOf } from "#domain/text/error-name.ts";
import type { JobDependencies } from "./dependencies.ts";

/** Milliseconds for all events of one call: a dead bus must not hold up a job. */
const PUBLISHING_BUDGET_MS = 4_000;

/**
 * Publishes the recorded changes of a job that are not known to be published, oldest first, and
 * acknowledges them (decision 0071). Whoever writes a change calls this after the write. If it
 * fails, whoever touches the job next publishes the rest, and at last the sweeper does.
 *
 * At least once, under the same event ids, and one event after the other, so that none overtakes an
 * earlier one of its job. Never rejects: a failing bus keeps no video from the archive.
 *
 * @param job the record as it was written
 * @returns the record, and in its `publishedSeq` how far it has come
 */
export async function publishDueChanges(dependencies: JobDependencies, job: Job): Promise<Job> {
  const due = dueChanges(job);
  if (due.length === 0) return job;
  const signal = AbortSignal.timeout(PUBLISHING_BUDGET_MS);
  const { videoModelId, execution } = job;
  let published = job.publishedSeq;
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
  return acknowledge(dependencies, job, published, published < (due.at(-1)?.seq ?? 0));
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

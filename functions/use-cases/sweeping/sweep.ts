import pMap from "p-map";
import type { DueJob } from "#aws/sweep-index.ts";
import { nameOf } from "#domain/text/error-name.ts";
import { type SweepDependencies, sweepJob } from "./sweep-job.ts";

/**
 * A job costs a few short calls; the SDK's adaptive retries keep to Step Functions' rate limits.
 */
const JOBS_AT_ONCE = 4;
/**
 * From the start of a run that failed at a job. Shorter than the pause between two runs, so that
 * every run tries the job again, as the alarm expects, after those that have been due for longer.
 */
const RETRY_AFTER_MS = 4 * 60_000;

/** Time left for the jobs in progress once no further one is begun. */
const LAST_JOBS_MS = 30_000;

export interface SweepOptions {
  /** Epoch milliseconds at which no further job is begun. */
  stopAt: number;
  /** Shard of the index to begin with; any whole number. */
  firstShard: number;
}

/** What one run has done. */
export interface SweepSummary {
  checked: number;
  failed: number;
  /** Whether every job that was due at its start was seen to; if not, the next run goes on. */
  complete: boolean;
}

/**
 * One run of the sweeper, in the time that its invocation has left.
 *
 * @param remainingMs milliseconds
 */
export function sweepFor(
  dependencies: SweepDependencies,
  remainingMs: number,
): Promise<SweepSummary> {
  return sweep(dependencies, {
    stopAt: dependencies.now() + remainingMs - LAST_JOBS_MS,
    firstShard: Math.floor(dependencies.random() * 1_000),
  });
}

/**
 * Sees to every job that is due, as far as the time allows. Jobs that were dealt with are no longer
 * due, so the index itself tells the next run where to go on.
 */
export async function sweep(
  dependencies: SweepDependencies,
  options: SweepOptions,
): Promise<SweepSummary> {
  const summary: SweepSummary = { checked: 0, failed: 0, complete: true };
  const startedAt = dependencies.now();
  let delay = 0;
  let unpublished = 0;
  async function* inTime() {
    for await (const due of dependencies.index.due(startedAt, options.firstShard)) {
      if (dependencies.now() >= options.stopAt) {
        summary.complete = false;
        return;
      }
      delay = Math.max(delay, startedAt - Date.parse(due.sweepAt));
      yield due;
    }
  }
  await pMap(
    inTime(),
    async (due) => {
      summary.checked += 1;
      const left = await unpublishedAfter(dependencies, due, startedAt);
      if (left === undefined) summary.failed += 1;
      else unpublished = Math.max(unpublished, left);
    },
    { concurrency: JOBS_AT_ONCE },
  );
  dependencies.meter.add("SweepChecked", summary.checked);
  dependencies.meter.add("SweepFailed", summary.failed);
  dependencies.meter.add("SweepDelay", delay / 1000);
  dependencies.meter.add("UnpublishedAge", unpublished / 1000);
  dependencies.log.info("swept", { ...summary, delaySeconds: delay / 1000 });
  return summary;
}

/**
 * An error at one job does not stop the others: it is logged, and the job comes again.
 *
 * @returns as `sweepJob`; undefined when the job could not be dealt with
 */
async function unpublishedAfter(
  dependencies: SweepDependencies,
  due: DueJob,
  startedAt: number,
): Promise<number | undefined> {
  try {
    return await sweepJob(dependencies, due);
  } catch (error) {
    const { videoModelId } = due;
    dependencies.log.warn("could not see to a job", { videoModelId, error: nameOf(error) });
    await dependencies.index.postpone(due, startedAt + RETRY_AFTER_MS).catch((refused: unknown) => {
      dependencies.log.warn("could not postpone a job", { videoModelId, error: nameOf(refused) });
    });
    return undefined;
  }
}

import { companionsArchivedEvent } from "#aws/event-entries.ts";
import { companionsArchivedDetail } from "#domain/events/companion-events.ts";
import { toldCompanions } from "#domain/job/companion.ts";
import { withCompanionsTold } from "#domain/job/companion-changes.ts";
import { areUntold } from "#domain/job/companion-work.ts";
import type { Job } from "#domain/job/job.ts";
import { nameOf } from "#domain/text/error-name.ts";
import type { FileDependencies } from "./copy-companion.ts";
import { PUBLISHING_BUDGET_MS } from "./publish-due-changes.ts";
import { rewriteSidecar } from "./rewrite-sidecar.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

/**
 * Tells of the companions of an archived job: in the sidecar whatever has changed; and once none is
 * pending, by an event if all are there. What the bus does not take is published by the next run, which
 * the sweeper starts.
 *
 * @param before the record before this run
 * @param job the record now
 */
export async function tellOfCompanions(
  dependencies: FileDependencies,
  before: Job,
  job: Job,
): Promise<Job> {
  if (job.status !== "archived" || job.execution !== before.execution) return job;
  const isSettled = areUntold(job) && !job.companions?.some(({ state }) => state === "pending");
  if (isSettled || toldOf(before) !== toldOf(job)) {
    await rewriteSidecar(dependencies, job);
  }
  if (!isSettled || !(await publish(dependencies, job))) return job;
  if (!(await enter(dependencies, job))) return job;
  const now = dependencies.now();
  const record = whileOwnedBy(job.execution, (current) => withCompanionsTold(current, now));
  return updateJob(dependencies.store, job, record);
}

function toldOf({ companions = [] }: Job): string {
  return JSON.stringify(toldCompanions(companions));
}

/** @returns whether the ledger has the companions; if not, the next run enters them */
async function enter(dependencies: FileDependencies, job: Job): Promise<boolean> {
  try {
    await dependencies.enterInLedger(job, AbortSignal.timeout(PUBLISHING_BUDGET_MS));
    return true;
  } catch (error) {
    const { videoModelId } = job;
    dependencies.log.warn("could not enter a job's companions in the ledger", {
      videoModelId,
      error: nameOf(error),
    });
    return false;
  }
}

/** @returns whether there is nothing left to publish */
async function publish(dependencies: FileDependencies, job: Job): Promise<boolean> {
  const detail = companionsArchivedDetail(job);
  if (detail === undefined) return true;
  const event = companionsArchivedEvent(detail, dependencies.eventBusName);
  try {
    await dependencies.publish(event, job.execution, AbortSignal.timeout(PUBLISHING_BUDGET_MS));
    return true;
  } catch (error) {
    const { videoModelId } = job;
    dependencies.log.warn("could not publish that the companions are archived; it stays due", {
      videoModelId,
      error: nameOf(error),
    });
    return false;
  }
}

import type { TrackingExecutions } from "#aws/executions.ts";
import { type Job, withStatus } from "#domain/job/job.ts";
import { mayFollow } from "#domain/job/job-status.ts";
import { RequestRefused } from "#domain/refusals.ts";
import type { JobDependencies } from "#use-cases/tracking/dependencies.ts";
import { publishDueChanges } from "#use-cases/tracking/publish-due-changes.ts";
import { updateJob } from "#use-cases/tracking/update-job.ts";

const REASON = "cancelled by a caller of the API";

/** An earlier failure is not the reason of a cancellation. */
function cancelledJob(job: Job, now: number): Job {
  const { failure: _failure, ...kept } = job;
  return withStatus(kept, "cancelled", now, REASON);
}

/**
 * Stops following a job. The record decides; stopping the execution only saves time, since it would
 * find the record ended at its next poll. Decision 0016.
 *
 * @throws RequestRefused job-ended when there is nothing to stop
 */
export async function cancelJob(
  dependencies: JobDependencies & { executions: TrackingExecutions },
  job: Job,
): Promise<Job> {
  const cancelled = await updateJob(dependencies.store, job, (current) =>
    mayFollow(current.status, "cancelled") ? cancelledJob(current, dependencies.now()) : current,
  );
  const { status } = cancelled;
  if (status !== "cancelled") {
    const message = `the job has ended as ${status}`;
    throw new RequestRefused("job-ended", message, { jobStatus: status });
  }
  await dependencies.executions.stop(cancelled.execution, "JobCancelled", REASON);
  return publishDueChanges(dependencies, cancelled);
}

import { type Job, withStatus } from "#domain/job.ts";
import { isEnded } from "#domain/job-status.ts";
import { HttpProblem } from "#functions/http/problem.ts";
import { updateJob } from "#functions/tracking/update-job.ts";
import type { JobApiPorts } from "./ports.ts";

/**
 * Stops following a job. The record is the decision; ending the execution only makes it quick, since
 * the execution would find the record ended at its next look. The event is published by whichever
 * of the two sees the record.
 *
 * @throws HttpProblem job-ended when there is nothing to stop
 */
export async function cancelJob(
  { store, executions, now }: Pick<JobApiPorts, "store" | "executions" | "now">,
  job: Job,
): Promise<Job> {
  const cancelled = await updateJob(store, job, (current) =>
    isEnded(current.status)
      ? current
      : withStatus(current, "cancelled", now(), "cancelled by a caller of the API"),
  );
  if (cancelled.status !== "cancelled") {
    throw new HttpProblem("job-ended", {
      detail: `the job has ended as ${cancelled.status}`,
      members: { jobStatus: cancelled.status },
    });
  }
  await executions.stop(cancelled.execution, "JobCancelled", "cancelled by a caller of the API");
  return cancelled;
}

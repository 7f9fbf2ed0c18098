import type { Job } from "#domain/job.ts";
import { isEnded, isFinal } from "#domain/job-status.ts";
import { HttpProblem } from "#functions/http/problem.ts";
import type { JobApiPorts } from "./ports.ts";
import { beginAgain, submitJob } from "./submit-job.ts";

type RetryPorts = Pick<JobApiPorts, "store" | "executions" | "now" | "defaultDeadlineHours">;

/**
 * Has a job tried again: an execution that failed goes on where it stopped, any other end gets a
 * new attempt.
 *
 * @throws HttpProblem job-running while it is followed, job-ended when no attempt can change it
 * @throws VersionConflict when another writer is faster
 */
export async function retryJob(ports: RetryPorts, job: Job): Promise<Job> {
  if (isFinal(job.status)) {
    throw new HttpProblem("job-ended", {
      detail: `the job has ended as ${job.status}; another attempt cannot change that`,
      members: { jobStatus: job.status },
    });
  }
  const state = await ports.executions.stateOf(job.execution);
  if (!isEnded(job.status)) {
    if (state === "running") throw new HttpProblem("job-running", "the job is being followed");
    if (state === "ended" && (await ports.executions.redrive(job.execution))) return job;
  }
  const request = { videoModelId: job.videoModelId };
  if (state === "unknown" && !isEnded(job.status)) return (await submitJob(ports, request)).job;
  return ((await beginAgain(ports, job, request)) ?? (await submitJob(ports, request))).job;
}

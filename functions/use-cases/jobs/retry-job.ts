import { whileContended } from "#aws/contended.ts";
import type { Job } from "#domain/job/job.ts";
import { isEnded, isFinal } from "#domain/job/job-status.ts";
import { HttpProblem } from "#http/problem.ts";
import { findJob } from "./find-job.ts";
import { beginAgain, type SubmitPorts, submitJob } from "./submit-job.ts";

/**
 * Has a job tried again: an execution that failed goes on where it stopped, any other end gets a
 * new attempt, also one that nobody but a person may begin anew. Of concurrent callers one does it; the others find the job running.
 *
 * @throws HttpProblem job-not-found, job-running while it is followed, job-ended when no attempt can
 *   change it
 */
export async function retryJob(ports: SubmitPorts, videoModelId: string): Promise<Job> {
  return whileContended(async () => tryAgain(ports, await findJob(ports, videoModelId)));
}

async function tryAgain(ports: SubmitPorts, job: Job): Promise<Job> {
  if (isFinal(job.status)) {
    throw new HttpProblem("job-ended", {
      detail: `the job has ended as ${job.status}: its video is safe`,
      members: { jobStatus: job.status },
    });
  }
  const request = { videoModelId: job.videoModelId };
  if (isEnded(job.status)) return (await beginAgain(ports, job, request)).job;
  const state = await ports.executions.stateOf(job.execution);
  if (state === "running") throw new HttpProblem("job-running", "the job is being followed");
  if (state === "ended") {
    // One that stopped where it waits for a webhook would wait again: counted, it looks at once.
    await ports.store.wake(job.videoModelId, false);
    if (await ports.executions.redrive(job.execution)) return job;
  }
  return (await submitJob(ports, request, "person")).job;
}

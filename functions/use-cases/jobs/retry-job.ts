import { retryOnConflict } from "#aws/versioned-write.ts";
import type { Job } from "#domain/job/job.ts";
import { isEnded, isFinal } from "#domain/job/job-status.ts";
import { RequestRefused } from "#domain/refusals.ts";
import { findJob } from "./find-job.ts";
import { beginAgain, type SubmitDependencies, submitJob } from "./submit-job.ts";

/**
 * Has a job tried again: an execution that failed goes on where it stopped, any other end gets a
 * new attempt, also one that nobody but a person may begin anew. Of concurrent callers one does it; the others find the job running.
 *
 * @throws RequestRefused job-not-found, job-running while it is followed, job-ended when no attempt can
 *   change it
 */
export async function retryJob(
  dependencies: SubmitDependencies,
  videoModelId: string,
): Promise<Job> {
  return retryOnConflict(async () =>
    tryAgain(dependencies, await findJob(dependencies, videoModelId)),
  );
}

async function tryAgain(dependencies: SubmitDependencies, job: Job): Promise<Job> {
  if (isFinal(job.status)) {
    const message = `the job has ended as ${job.status}: its video is safe`;
    throw new RequestRefused("job-ended", message, { jobStatus: job.status });
  }
  const request = { videoModelId: job.videoModelId };
  if (isEnded(job.status)) return (await beginAgain(dependencies, job, request)).job;
  const state = await dependencies.executions.stateOf(job.execution);
  if (state === "running") throw new RequestRefused("job-running", "the job is being followed");
  if (state === "ended") {
    // One that stopped where it waits for a webhook would wait again: counted, it looks at once.
    await dependencies.store.wake(job.videoModelId, false);
    if (await dependencies.executions.redrive(job.execution)) return job;
  }
  return (await submitJob(dependencies, request, "person")).job;
}

import { retryOnConflict } from "#aws/versioned-write.ts";
import type { Job } from "#domain/job/job.ts";
import { isEnded, isFinal } from "#domain/job/job-status.ts";
import { RequestRefused } from "#domain/refusals.ts";
import { findJob } from "./find-job.ts";
import { beginAgain, type SubmitDependencies, submitJob } from "./submit-job.ts";

/**
 * Tries a job again. A failed execution is redriven; after any other end a new attempt starts, even
 * where only a person may ask for one. Of concurrent callers one wins; the others find the job
 * running.
 *
 * @throws RequestRefused job-not-found, job-running while it is followed, job-ended when no attempt
 *   can change it
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
    // If it stopped while waiting for a webhook, it would wait again: a wake makes it poll at once.
    await dependencies.store.wake(job.videoModelId, false);
    if (await dependencies.executions.redrive(job.execution)) return job;
  }
  return (await submitJob(dependencies, request, "person")).job;
}

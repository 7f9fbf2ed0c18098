import { retryOnConflict } from "#aws/versioned-write.ts";
import { withCompanionsTriedAgain } from "#domain/job/companion-changes.ts";
import type { Job } from "#domain/job/job.ts";
import { isEnded, isFinal } from "#domain/job/job-status.ts";
import { RequestRefused } from "#domain/refusals.ts";
import { beginCompanionRun } from "./companion-run.ts";
import { findJob } from "./find-job.ts";
import { beginAgain, type SubmitDependencies, submitJob } from "./submit-job.ts";

/**
 * Tries a job again. A failed execution is redriven; after any other end a new attempt starts, even
 * where only a person may ask for one. Of an archived job the files are tried that are missing beside
 * the video. Of concurrent callers one wins; the others find the job
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
  if (isFinal(job.status)) return tryCompanionsAgain(dependencies, job);
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

/** A video is safe for good; what is missing beside it may still be had. */
async function tryCompanionsAgain(dependencies: SubmitDependencies, job: Job): Promise<Job> {
  const { status, companions = [] } = job;
  if (companions.every(({ state }) => state === "archived")) {
    const message = `the job has ended as ${status}: its video is safe`;
    throw new RequestRefused("job-ended", message, { jobStatus: status });
  }
  if ((await dependencies.executions.stateOf(job.execution)) === "running") {
    throw new RequestRefused("job-running", "the files beside the video are being copied");
  }
  return beginCompanionRun(dependencies, job, withCompanionsTriedAgain(job));
}

import type { Job } from "#domain/job/job.ts";
import { RequestRefused } from "#domain/refusals.ts";
import type { JobDependencies } from "#use-cases/tracking/dependencies.ts";

/** @throws RequestRefused job-not-found */
export async function findJob(
  { store }: Pick<JobDependencies, "store">,
  videoModelId: string,
): Promise<Job> {
  const job = await store.get(videoModelId);
  if (job === undefined) {
    throw new RequestRefused("job-not-found", `no job ${videoModelId} is, or was, followed`);
  }
  return job;
}

import type { Job } from "#domain/job/job.ts";
import { HttpProblem } from "#http/problem.ts";
import type { JobApiDependencies } from "./dependencies.ts";

/** @throws HttpProblem job-not-found */
export async function findJob(
  { store }: Pick<JobApiDependencies, "store">,
  videoModelId: string,
): Promise<Job> {
  const job = await store.get(videoModelId);
  if (job === undefined) {
    throw new HttpProblem("job-not-found", `no job ${videoModelId} is, or was, followed`);
  }
  return job;
}

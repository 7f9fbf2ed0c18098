import { retryOnConflict } from "#aws/versioned-write.ts";
import { acceptJob, type Job } from "#domain/job/job.ts";
import type { TrackingRequest } from "#domain/job/tracking-request.ts";
import type { AcceptDependencies } from "./dependencies.ts";

/**
 * The record of a job whose execution has failed. If it failed before its first check, there is no
 * record: it is made here, so that the job can be found and begun again.
 *
 * @throws VersionConflict when other writers win ten times in a row
 */
export async function findOrAccept(
  { store, now, defaultDeadlineHours }: AcceptDependencies,
  request: TrackingRequest,
  execution: string,
): Promise<Job> {
  return retryOnConflict(async () => {
    const known = await store.get(request.videoModelId);
    return (
      known ?? store.create(acceptJob({ request, execution, now: now(), defaultDeadlineHours }))
    );
  });
}

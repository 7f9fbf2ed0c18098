import { type JobStore, VersionConflict } from "#aws/job-store.ts";
import type { Job } from "#domain/job.ts";

const MAX_TRIES = 5;

/**
 * Writes a change to a record that others may write too, deciding anew on what they wrote. Nothing
 * is written when the change leaves the record as it is.
 *
 * @param change pure; gets the record as last read and returns it as it is to change nothing
 * @returns the record as it is now
 * @throws VersionConflict when other writers win five times in a row, or the record is gone
 */
export async function updateJob(
  store: JobStore,
  read: Job,
  change: (job: Job) => Job,
): Promise<Job> {
  let current = read;
  for (let tries = 1; ; tries++) {
    const next = change(current);
    if (next === current) return current;
    try {
      return await store.replace(current, next);
    } catch (error) {
      if (!(error instanceof VersionConflict) || tries === MAX_TRIES) throw error;
      const fresh = await store.get(read.videoModelId);
      if (fresh === undefined) throw error;
      current = fresh;
    }
  }
}

/** The same change, but only while the execution owns the job. */
export function whileOwnedBy(execution: string, change: (job: Job) => Job): (job: Job) => Job {
  return (job) => (job.execution === execution ? change(job) : job);
}

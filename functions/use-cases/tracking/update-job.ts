import type { JobStore } from "#aws/job-store.ts";
import { retryOnConflict, VersionConflict } from "#aws/versioned-write.ts";
import type { Job } from "#domain/job/job.ts";

/**
 * Writes a change to a record that others may write too, deciding anew on what they wrote. Nothing
 * is written when the change leaves the record as it is.
 *
 * @param read the record as last read; read again only when another writer was faster
 * @param change pure; gets a record and returns it as it is to change nothing
 * @returns the record as it is now
 * @throws VersionConflict when other writers win ten times in a row, or the record is gone
 */
export async function updateJob(
  store: JobStore,
  read: Job,
  change: (job: Job) => Job,
): Promise<Job> {
  let known: Job | undefined = read;
  return retryOnConflict(async () => {
    const current = known ?? (await store.get(read.videoModelId));
    known = undefined;
    if (current === undefined) throw new VersionConflict(`job ${read.videoModelId} is gone`);
    const next = change(current);
    return next === current ? current : store.replace(current, next);
  });
}

/** The same change, but only while the execution owns the job. */
export function whileOwnedBy(execution: string, change: (job: Job) => Job): (job: Job) => Job {
  return (job) => (job.execution === execution ? change(job) : job);
}

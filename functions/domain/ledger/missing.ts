import type { Job } from "#domain/job/job.ts";
import { isEnded } from "#domain/job/job-status.ts";

/** A job as far as the ledger counts it. */
export type CountedJob = Omit<Job, "companions"> & {
  companions?: readonly { state: string; bytes?: number | undefined }[] | undefined;
};

/**
 * What of a job is not in the bucket and may still come.
 *
 * @returns undefined if nothing of it is
 */
export function missingOf(job: CountedJob): "video" | "companions" | undefined {
  if (!isEnded(job.status) || job.status === "archive_failed") return "video";
  const pending = job.companions?.some(({ state }) => state === "pending") ?? false;
  return pending ? "companions" : undefined;
}

import type { Failure } from "./failure.ts";
import { type Job, sweptAgain, toIso, withStatus } from "./job.ts";
import type { JobStatus } from "./job-status.ts";

/** Ends after which AKOOL has no video to fetch any more. */
const LOSSES: ReadonlySet<JobStatus> = new Set(["failed", "expired"]);

/**
 * The record when a job would end without its video: a partial file that was kept is all that is
 * left of what was paid for, and becomes the archived one, with its doubts.
 *
 * @returns undefined when no file was kept, or when a whole file may still come
 */
export function archiveDoubtful(
  job: Job,
  status: JobStatus,
  now: number,
  failure: Failure | undefined,
): Job | undefined {
  const { doubtful, failure: _outlived, ...kept } = job;
  if (doubtful === undefined || !LOSSES.has(status)) return undefined;
  const { keptAt: _keptAt, doubts = [], ...file } = doubtful;
  const archive = {
    ...file,
    archivedAt: toIso(now),
    doubts: [...doubts, ...(failure === undefined ? [] : [failure.reason])],
  };
  // No execution is certain to publish it.
  return sweptAgain({ ...withStatus(kept, "archived", now, failure?.reason), archive }, now);
}

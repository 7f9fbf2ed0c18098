import type { ContentFacts } from "./content.ts";
import type { Failure } from "./failure.ts";
import { type Job, sweptAgain, toIso, withStatus } from "./job.ts";
import type { JobStatus } from "./job-status.ts";

/** Ends after which AKOOL has no video to fetch any more. */
const LOSSES: ReadonlySet<JobStatus> = new Set(["failed", "expired"]);

/**
 * The record when a job would end without its video: where a file was kept that is not whole, it is all
 * that there will ever be of what was paid for, and becomes the archived one with its doubts.
 *
 * @returns undefined where nothing was kept, or where a whole file may still come
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
  // No execution is certain to announce it.
  return sweptAgain({ ...withStatus(kept, "archived", now, failure?.reason), archive }, now);
}

/** Seconds, and the share, by which two durations may differ: AKOOL rounds its own. */
const TOLERANCE_SECONDS = 3;
const TOLERANCE_SHARE = 0.25;

/**
 * What AKOOL's `video_duration` says against a file: a doubt, and no reason to refuse it.
 *
 * @returns undefined when the two agree, or one of them is not known
 */
export function durationDoubt(
  { durationSeconds }: Partial<ContentFacts>,
  akool: Job["akool"],
): string | undefined {
  const told = akool?.video_duration;
  if (durationSeconds === undefined || typeof told !== "number" || !(told > 0)) return undefined;
  const difference = Math.abs(durationSeconds - told);
  if (difference <= Math.max(TOLERANCE_SECONDS, told * TOLERANCE_SHARE)) return undefined;
  return `it lasts ${durationSeconds} s, and AKOOL says ${told} s`;
}

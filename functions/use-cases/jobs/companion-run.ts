import type { TrackingExecutions } from "#aws/executions.ts";
import { VersionConflict } from "#aws/versioned-write.ts";
import { withCompanionRun } from "#domain/job/companion-changes.ts";
import type { Job } from "#domain/job/job.ts";
import type { JobDependencies } from "#use-cases/tracking/dependencies.ts";

interface CompanionRunDependencies extends Pick<JobDependencies, "store" | "now"> {
  executions: TrackingExecutions;
}

/**
 * Starts an execution for the files that are missing beside an archived video. It owns the record from
 * the write that comes before its start, so that of concurrent callers one starts one; a crash in
 * between is made up for by the sweeper, with another one.
 *
 * @param read the record as last read
 * @param job the same, as it is to be
 * @throws VersionConflict if the record has changed
 */
export async function beginCompanionRun(
  { store, executions, now }: CompanionRunDependencies,
  read: Job,
  job: Job = read,
): Promise<Job> {
  const name = `${read.videoModelId}-c${(read.companionRuns ?? 0) + 1}`;
  const owned = await store.replace(read, withCompanionRun(job, executions.arnOf(name), now()));
  if (await executions.start(name, read.videoModelId)) return owned;
  throw new VersionConflict(`execution ${name} has ended already`);
}

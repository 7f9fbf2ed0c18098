import type { TrackingExecutions } from "#aws/executions.ts";
import type { DueJob, SweepIndex } from "#aws/sweep-index.ts";
import { unpublishedFor } from "#domain/events/events.ts";
import { archiveDoubtful } from "#domain/job/doubtful.ts";
import { type Job, withoutFault } from "#domain/job/job.ts";
import { mayFollow } from "#domain/job/job-status.ts";
import { conclude } from "#domain/job/transition.ts";
import type { Meter } from "#domain/metrics.ts";
import {
  isExpiringUnarchived,
  judgeSweep,
  mayHaveLeftovers,
  mayHaveVideo,
  type SweepVerdict,
} from "#domain/sweeping/sweep.ts";
import { nextCheckOfAlive, nextSweep } from "#domain/sweeping/sweep-schedule.ts";
import { type SubmitDependencies, submitJob } from "#use-cases/jobs/submit-job.ts";
import { publishDueChanges } from "#use-cases/tracking/publish-due-changes.ts";
import { updateJob, whileOwnedBy } from "#use-cases/tracking/update-job.ts";
import { publishExpiry } from "./publish-expiry.ts";

export interface SweepDependencies extends SubmitDependencies {
  executions: TrackingExecutions;
  index: SweepIndex;
  meter: Meter;
  /** Uniform in [0, 1). */
  random: () => number;
  /** See `archive/delete-leftovers.ts`. */
  deleteLeftovers(
    job: Pick<Job, "videoModelId" | "acceptedAt">,
    isOver: () => Promise<boolean>,
  ): Promise<void>;
  /** The same. */
  tidyArchived(job: Pick<Job, "videoModelId" | "acceptedAt">, key: string): Promise<void>;
}

/**
 * Sees to one job that is due: restarts it, gives it up, publishes its changes, or finds it in
 * order. Safe to repeat, and concurrently with anybody else. The job leaves the index, or is
 * postponed in it, only when everything is done.
 *
 * @returns milliseconds for which the job's oldest unpublished change has been due; usually 0
 */
export async function sweepJob(dependencies: SweepDependencies, due: DueJob): Promise<number> {
  const job = await dependencies.store.get(due.videoModelId);
  // Ended, or deleted by its TTL, since the index was read; the index catches up by itself.
  if (job?.sweepAt === undefined) return 0;
  const execution = await dependencies.executions.stateOf(job.execution);
  const verdict = judgeSweep(job, execution, dependencies.now());
  // Saving the video comes before publishing: the bus may be down.
  const seen = await carryOut(dependencies, job, verdict);
  // A new execution publishes what is due itself, within a second.
  const left = verdict.kind === "restart" ? 0 : await publishRest(dependencies, seen);
  if (verdict.kind !== "expire" && isExpiringUnarchived(job, dependencies.now())) {
    await publishExpiry(dependencies, job);
  }
  if (left > 0) return left;
  if (verdict.kind === "settle" || verdict.kind === "expire") await leaveIndex(dependencies, seen);
  const next = verdict.kind === "wait" ? nextCheckOfAlive : nextSweep;
  await dependencies.index.postpone(due, next(job, dependencies.now()));
  return 0;
}

async function publishRest(dependencies: SweepDependencies, job: Job): Promise<number> {
  return unpublishedFor(await publishDueChanges(dependencies, job), dependencies.now());
}

/** @returns the job after the verdict was carried out */
async function carryOut(
  dependencies: SweepDependencies,
  job: Job,
  verdict: SweepVerdict,
): Promise<Job> {
  const { videoModelId, status, execution } = job;
  switch (verdict.kind) {
    case "wait":
      return job;
    case "settle":
      await cleanUp(dependencies, job);
      return job;
    case "restart": {
      const { job: restarted } = await submitJob(dependencies, { videoModelId }, "sweeper");
      // Somebody else has ended it since it was judged, for example by a cancellation.
      if (!mayHaveVideo(restarted)) return restarted;
      dependencies.meter.add("SweepRestarted");
      const { attempt } = restarted;
      dependencies.log.warn("started a job again", { videoModelId, execution, status, attempt });
      return restarted;
    }
    case "expire": {
      const { failure } = verdict;
      const expire = whileOwnedBy(execution, (current) =>
        mayFollow(current.status, "expired")
          ? (archiveDoubtful(current, "expired", dependencies.now(), failure) ??
            conclude(current, "expired", dependencies.now(), failure))
          : current,
      );
      const expired = await updateJob(dependencies.store, job, expire);
      if (job.doubtful !== undefined && expired.archive?.key === job.doubtful.key) {
        dependencies.log.warn("archived a video that is not whole", { videoModelId, execution });
        await cleanUp(dependencies, expired);
      }
      if (expired.status !== "expired") return expired;
      dependencies.log.warn("gave a video up", { videoModelId, execution, reason: failure.reason });
      await cleanUp(dependencies, expired);
      return expired;
    }
  }
}

/** Comes last: after a crash before it, the next run repeats the rest. */
async function leaveIndex(dependencies: SweepDependencies, job: Job): Promise<void> {
  const finish = whileOwnedBy(job.execution, (current) => {
    if (current.status !== job.status || current.sweepAt === undefined) return current;
    const { sweepAt: _sweepAt, sweptOnlyToPublish: _only, ...done } = withoutFault(current);
    if (!mayHaveLeftovers(current)) return done;
    const { doubtful: _deleted, ...rest } = done;
    return rest;
  });
  await updateJob(dependencies.store, job, finish);
}

async function cleanUp(dependencies: SweepDependencies, job: Job): Promise<void> {
  if (job.status === "archived") {
    if (job.archive !== undefined) await dependencies.tidyArchived(job, job.archive.key);
    return;
  }
  if (!mayHaveLeftovers(job)) return;
  await dependencies.deleteLeftovers(job, async () => {
    const now = await dependencies.store.get(job.videoModelId);
    return now?.status === job.status && now.attempt === job.attempt;
  });
}

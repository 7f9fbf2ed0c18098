import type { TrackingExecutions } from "#aws/executions.ts";
import type { LedgerNotes } from "#aws/ledger-notes.ts";
import type { DueJob, SweepIndex } from "#aws/sweep-index.ts";
import { retryOnConflict } from "#aws/versioned-write.ts";
import { unpublishedFor } from "#domain/events/events.ts";
import { areCompanionsDue } from "#domain/job/companion-work.ts";
import { archiveDoubtful } from "#domain/job/doubtful.ts";
import { type Job, withoutFault } from "#domain/job/job.ts";
import { mayFollow } from "#domain/job/job-status.ts";
import { conclude } from "#domain/job/transition.ts";
import type { Meter } from "#domain/metrics.ts";
import { nextCompanionSweep } from "#domain/sweeping/companion-schedule.ts";
import {
  areCompanionsExpiring,
  isExpiringUnarchived,
  judgeSweep,
  mayHaveLeftovers,
  mayHaveVideo,
  type SweepVerdict,
} from "#domain/sweeping/sweep.ts";
import { nextCheckOfAlive, nextSweep } from "#domain/sweeping/sweep-schedule.ts";
import { beginCompanionRun } from "#use-cases/jobs/companion-run.ts";
import { type SubmitDependencies, submitJob } from "#use-cases/jobs/submit-job.ts";
import { publishDueChanges } from "#use-cases/tracking/publish-due-changes.ts";
import { updateJob, whileOwnedBy } from "#use-cases/tracking/update-job.ts";
import { publishCompanionsExpiry, publishExpiry } from "./publish-expiry.ts";

export interface SweepDependencies extends SubmitDependencies {
  executions: TrackingExecutions;
  index: SweepIndex;
  notes: Pick<LedgerNotes, "noteExpiring">;
  meter: Meter;
  /** Uniform in [0, 1). */
  random: () => number;
  /** See `archive/delete-leftovers.ts`. */
  deleteLeftovers(job: Job, isOver: () => Promise<boolean>, kept: readonly string[]): Promise<void>;
  /** The same. */
  tidyArchived(job: Job, key: string, companions: readonly string[]): Promise<void>;
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
  const isStarted = verdict.kind === "restart" || verdict.kind === "companions";
  const left = isStarted ? 0 : await publishRest(dependencies, seen);
  if (verdict.kind !== "expire" && isExpiringUnarchived(job, dependencies.now())) {
    await publishExpiry(dependencies, job);
  }
  if (areCompanionsExpiring(seen, dependencies.now())) {
    await publishCompanionsExpiry(dependencies, seen);
  }
  if (left > 0) return left;
  if (verdict.kind === "settle" || verdict.kind === "expire") {
    // What was put on the record after its end has changed no status, and so was not published.
    await dependencies.enterInLedger(seen);
    await leaveIndex(dependencies, seen);
  }
  await dependencies.index.postpone(due, nextVisit(verdict, job, dependencies.now()));
  return 0;
}

function nextVisit({ kind }: SweepVerdict, job: Job, now: number): number {
  switch (kind) {
    case "wait":
      return nextCheckOfAlive(job, now);
    case "companions":
    case "later":
      return nextCompanionSweep(job, now);
    default:
      return nextSweep(job, now);
  }
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
    case "later":
      return job;
    case "companions":
      return startForCompanions(dependencies, job);
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

async function startForCompanions(dependencies: SweepDependencies, judged: Job): Promise<Job> {
  const { store, now, log, meter } = dependencies;
  return retryOnConflict(async () => {
    const job = (await store.get(judged.videoModelId)) ?? judged;
    // Somebody else has started one, or all is done.
    if (job.execution !== judged.execution || !areCompanionsDue(job, now())) return job;
    const started = await beginCompanionRun(dependencies, job);
    meter.add("SweepRestarted");
    const { videoModelId, execution } = started;
    log.warn("started an execution for the files beside a video", { videoModelId, execution });
    return started;
  });
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
    const { archive } = job;
    if (archive !== undefined) await dependencies.tidyArchived(job, archive.key, keptKeys(job));
    return;
  }
  if (!mayHaveLeftovers(job)) return;
  const isOver = async () => {
    const now = await dependencies.store.get(job.videoModelId);
    return now?.status === job.status && now.attempt === job.attempt;
  };
  await dependencies.deleteLeftovers(job, isOver, keptKeys(job));
}

/** What is archived beside a video stays, even where the video itself was lost. */
function keptKeys({ companions = [] }: Job): string[] {
  return companions.flatMap((companion) => (companion.state === "archived" ? companion.key : []));
}

import type { TrackingExecutions } from "#aws/executions.ts";
import type { DueJob, SweepIndex } from "#aws/sweep-index.ts";
import { type Job, withoutFault } from "#domain/job.ts";
import { mayFollow } from "#domain/job-status.ts";
import type { Meter } from "#domain/metrics.ts";
import {
  isExpiringUnarchived,
  judgeSweep,
  mayHaveLeftovers,
  mayHaveVideo,
  type SweepVerdict,
} from "#domain/sweep.ts";
import { nextGlance, nextSweep } from "#domain/sweep-schedule.ts";
import { conclude } from "#domain/transition.ts";
import { type SubmitPorts, submitJob } from "#functions/api/submit-job.ts";
import { announceRest } from "#functions/tracking/announce-rest.ts";
import type { TrackingPorts } from "#functions/tracking/ports.ts";
import { updateJob, whileOwnedBy } from "#functions/tracking/update-job.ts";
import { announceExpiry } from "./announce-expiry.ts";

export interface SweepPorts extends SubmitPorts, Pick<TrackingPorts, "log"> {
  executions: TrackingExecutions;
  index: SweepIndex;
  meter: Meter;
  /** See `archive/take-back.ts`. */
  takeBack(
    job: Pick<Job, "videoModelId" | "acceptedAt">,
    isOver: () => Promise<boolean>,
  ): Promise<void>;
  /** The same. */
  endUploads(videoModelId: string): Promise<void>;
}

/**
 * Sees to one job that is due: has it followed again, gives it up, has its end announced, or finds
 * it in order. Safe to repeat, and at the same time as anybody else; the job leaves the index, or is
 * postponed in it, only when all has been done.
 */
export async function sweepJob(ports: SweepPorts, due: DueJob): Promise<void> {
  const job = await ports.store.get(due.videoModelId);
  // Ended, or deleted by its TTL, since the index was read; the index follows by itself.
  if (job?.sweepAt === undefined) return;
  const execution = await ports.executions.stateOf(job.execution);
  const verdict = judgeSweep(job, execution, ports.now());
  // First what can save the video, then what only tells of it: the bus may be down.
  await carryOut(ports, job, verdict);
  if (verdict.kind !== "expire" && isExpiringUnarchived(job, ports.now())) {
    await announceExpiry(ports, job);
  }
  const next = verdict.kind === "wait" ? nextGlance : nextSweep;
  await ports.index.postpone(due, next(job, ports.now()));
}

async function carryOut(ports: SweepPorts, job: Job, verdict: SweepVerdict): Promise<void> {
  const { videoModelId, status, execution } = job;
  switch (verdict.kind) {
    case "wait":
      return;
    case "restart": {
      const { job: restarted } = await submitJob(ports, { videoModelId }, "sweeper");
      // Ended by somebody else since it was judged, for example by a caller who has cancelled it.
      if (!mayHaveVideo(restarted)) return;
      ports.meter.add("SweepRestarted");
      const { attempt } = restarted;
      ports.log.warn("started a job again", { videoModelId, execution, status, attempt });
      return;
    }
    case "expire": {
      const { failure } = verdict;
      const expire = whileOwnedBy(execution, (current) =>
        mayFollow(current.status, "expired")
          ? conclude(current, "expired", ports.now(), failure)
          : current,
      );
      const expired = await updateJob(ports.store, job, expire);
      if (expired.status !== "expired") return;
      ports.log.warn("gave a video up", { videoModelId, execution, reason: failure.reason });
      return settle(ports, expired);
    }
    case "settle":
      return settle(ports, job);
  }
}

/** The index last: a crash before that repeats the rest, the announcement under the same ids. */
async function settle(ports: SweepPorts, job: Job): Promise<void> {
  await cleanUp(ports, job);
  const announced = await announceRest(ports, job);
  const finish = whileOwnedBy(job.execution, (current) => {
    if (current.status !== job.status || current.sweepAt === undefined) return current;
    const { sweepAt: _sweepAt, ...settled } = withoutFault(current);
    return settled;
  });
  await updateJob(ports.store, announced, finish);
}

async function cleanUp(ports: SweepPorts, job: Job): Promise<void> {
  if (job.status === "archived") return ports.endUploads(job.videoModelId);
  if (!mayHaveLeftovers(job)) return;
  await ports.takeBack(job, async () => {
    const now = await ports.store.get(job.videoModelId);
    return now?.status === job.status && now.attempt === job.attempt;
  });
}

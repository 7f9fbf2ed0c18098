import { videoExpiringEvent } from "#aws/event-entries.ts";
import { obstacleOf } from "#domain/events/events.ts";
import { type Job, toIso } from "#domain/job/job.ts";
import { updateJob } from "#use-cases/tracking/update-job.ts";
import type { SweepPorts } from "./sweep-job.ts";

/**
 * Tells of a video that is about to be lost: to the alarm each time that it is seen so, to the bus
 * once a job (or again after a crash in between, under the same id).
 */
export async function announceExpiry(ports: SweepPorts, job: Job): Promise<void> {
  const { videoModelId, execution, status, videoExpiresAt } = job;
  ports.meter.add("VideoExpiringUnarchived");
  ports.log.warn("a video expires unarchived", {
    videoModelId,
    execution,
    status,
    videoExpiresAt,
    reason: obstacleOf(job),
  });
  if (job.expiryAnnouncedAt !== undefined) return;
  await ports.publish(videoExpiringEvent(job, ports.eventBusName), execution);
  const expiryAnnouncedAt = toIso(ports.now());
  await updateJob(ports.store, job, (current) =>
    current.expiryAnnouncedAt === undefined ? { ...current, expiryAnnouncedAt } : current,
  );
}

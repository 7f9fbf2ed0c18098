import { companionsExpiringEvent, videoExpiringEvent } from "#aws/event-entries.ts";
import type { LedgerNotes } from "#aws/ledger-notes.ts";
import { companionsExpiringDetail } from "#domain/events/companion-events.ts";
import { obstacleOf } from "#domain/events/events.ts";
import { type Job, toIso } from "#domain/job/job.ts";
import type { Meter } from "#domain/metrics.ts";
import type { JobDependencies } from "#use-cases/tracking/dependencies.ts";
import { updateJob } from "#use-cases/tracking/update-job.ts";

/**
 * Warns of a video that is about to be lost: counts it for the alarm and notes it for the summary in
 * every run, and publishes one event per job (again after a crash in between, under the same id).
 */
export async function publishExpiry(
  dependencies: JobDependencies & { meter: Meter; notes: Pick<LedgerNotes, "noteExpiring"> },
  job: Job,
): Promise<void> {
  const { videoModelId, execution, status, videoExpiresAt } = job;
  dependencies.meter.add("VideoExpiringUnarchived");
  dependencies.log.warn("a video expires unarchived", {
    videoModelId,
    execution,
    status,
    videoExpiresAt,
    reason: obstacleOf(job),
  });
  await dependencies.notes.noteExpiring(job);
  if (job.expiryPublishedAt !== undefined) return;
  await dependencies.publish(videoExpiringEvent(job, dependencies.eventBusName), execution);
  const expiryPublishedAt = toIso(dependencies.now());
  await updateJob(dependencies.store, job, (current) =>
    current.expiryPublishedAt === undefined ? { ...current, expiryPublishedAt } : current,
  );
}

/** The same for files that are missing beside an archived video. */
export async function publishCompanionsExpiry(
  dependencies: JobDependencies & { meter: Meter; notes: Pick<LedgerNotes, "noteExpiring"> },
  job: Job,
): Promise<void> {
  const { videoModelId, execution, videoExpiresAt } = job;
  dependencies.meter.add("VideoExpiringUnarchived");
  const { missing } = companionsExpiringDetail(job);
  dependencies.log.warn("files beside a video expire unarchived", {
    ...{ videoModelId, execution, videoExpiresAt, missing },
  });
  await dependencies.notes.noteExpiring(job);
  if (job.companionsExpiryPublishedAt !== undefined) return;
  await dependencies.publish(companionsExpiringEvent(job, dependencies.eventBusName), execution);
  const companionsExpiryPublishedAt = toIso(dependencies.now());
  await updateJob(dependencies.store, job, (current) =>
    current.companionsExpiryPublishedAt === undefined
      ? { ...current, companionsExpiryPublishedAt }
      : current,
  );
}

import type { StatusChangeDetail, VideoExpiringDetail } from "./event-schemas.ts";
import { type Job, lastChange, type StatusChange } from "./job.ts";
import type { AkoolFields } from "./observation.ts";

export const EVENT_SOURCE = "akool.video-archiver";
export const STATUS_CHANGE_DETAIL_TYPE = "Video Job Status Change";
export const VIDEO_EXPIRING_DETAIL_TYPE = "Video Expiring Unarchived";
export const JOB_REQUESTED_DETAIL_TYPE = "Video Job Requested";

/** AKOOL's fields that consumers need. No URL among them: those may be signed one day. */
const ANNOUNCED_FIELDS = [
  "create_time",
  "update_time",
  "video_duration",
  "file_name",
  "resolution",
  "deduction_credit",
  "video_status",
] as const;

/** The changes that are still to be told of: those after the `announced`-th, as far as they are kept. */
export function dueChanges({ statusHistory }: Job, announced: number): StatusChange[] {
  return statusHistory.filter(({ seq }) => seq > announced);
}

/**
 * The announcements that are still due: one for every status change after the `announced`-th, so
 * that a change whose announcement was lost in a crash is caught up with.
 */
export function dueAnnouncements(job: Job, announced: number): StatusChangeDetail[] {
  return dueChanges(job, announced).map((change) => describe(job, change));
}

/** What is told of a job whose video AKOOL is about to delete. */
export function expiringDetail(job: Job): VideoExpiringDetail {
  const { videoModelId, status, videoExpiresAt, attempt, tags } = job;
  const reason = obstacleOf(job);
  return {
    schemaVersion: "1",
    eventId: `${videoModelId}/expiring`,
    videoModelId,
    status,
    videoExpiresAt,
    attempt,
    ...(reason === undefined ? {} : { reason }),
    tags,
  };
}

/** What has kept a job from its end, as far as the record knows. */
export function obstacleOf({ failure, fault, lastObservation }: Job): string | undefined {
  return failure?.reason ?? fault?.reason ?? lastObservation?.detail;
}

function describe(job: Job, change: StatusChange): StatusChangeDetail {
  const previous = job.statusHistory.findLast(({ seq }) => seq < change.seq);
  const isLatest = change.seq === lastChange(job).seq;
  return {
    schemaVersion: "1",
    eventId: `${job.videoModelId}/${change.seq}`,
    videoModelId: job.videoModelId,
    status: change.status,
    previousStatus: previous?.status ?? null,
    at: change.at,
    attempt: change.attempt,
    ...(change.reason === undefined ? {} : { reason: change.reason }),
    tags: job.tags,
    ...(job.akool === undefined ? {} : { akool: announcedFields(job.akool) }),
    ...(isLatest ? outcomeOf(job) : {}),
  };
}

function outcomeOf(job: Job): Pick<StatusChangeDetail, "video" | "failure"> {
  if (job.archive !== undefined) {
    const { bucket, key, bytes, contentType, checksum } = job.archive;
    return { video: { bucket, key, bytes, contentType, checksum } };
  }
  return job.failure === undefined ? {} : { failure: job.failure };
}

function announcedFields(akool: AkoolFields): AkoolFields {
  return Object.fromEntries(
    ANNOUNCED_FIELDS.filter((name) => isAnnounced(akool[name])).map((name) => [name, akool[name]]),
  );
}

/** What is longer is no name or number, and stays on the record alone. */
const FIELD_BYTES = 16 * 1024;

function isAnnounced(value: unknown): boolean {
  return value !== undefined && Buffer.byteLength(JSON.stringify(value)) <= FIELD_BYTES;
}

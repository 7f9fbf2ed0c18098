import { toldCompanions } from "#domain/job/companion.ts";
import type { Job } from "#domain/job/job.ts";
import type { AkoolFields } from "#domain/job/observation.ts";
import type { StatusChange } from "#domain/job/timeline.ts";
import type { StatusChangeDetail, VideoExpiringDetail } from "./event-schemas.ts";

export const EVENT_SOURCE = "akool.video-archiver";
export const STATUS_CHANGE_DETAIL_TYPE = "Video Job Status Change";
export const VIDEO_EXPIRING_DETAIL_TYPE = "Video Expiring Unarchived";
export const BUDGET_REACHED_DETAIL_TYPE = "Credit Budget Reached";
export const JOB_REQUESTED_DETAIL_TYPE = "Video Job Requested";

/** AKOOL's fields that consumers need. No URL among them: those may be signed one day. */
const PUBLISHED_FIELDS = [
  "create_time",
  "update_time",
  "video_duration",
  "file_name",
  "resolution",
  "deduction_credit",
  "deduction_duration",
  "video_status",
  "type",
  "from",
  "video_id",
  "progress",
  "error_code",
] as const;

/** A change of a job's status, and the detail of its event. */
export interface DueChange {
  seq: number;
  detail: StatusChangeDetail;
}

/** The changes that are not known to be published, oldest first. */
export function dueChanges(job: Job): DueChange[] {
  return job.statusHistory
    .filter(({ seq }) => seq > job.publishedSeq)
    .map((change) => ({ seq: change.seq, detail: describe(job, change) }));
}

/** Milliseconds for which the oldest due change has been due; 0 when none is. */
export function unpublishedFor(job: Job, now: number): number {
  const oldest = job.statusHistory.find(({ seq }) => seq > job.publishedSeq);
  return oldest === undefined ? 0 : Math.max(0, now - Date.parse(oldest.at));
}

/** The detail of the event about a video that AKOOL is about to delete. */
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

/** What keeps a job from its end, as far as the record knows. */
export function obstacleOf({ failure, fault, lastObservation }: Job): string | undefined {
  return failure?.reason ?? fault?.reason ?? lastObservation?.detail;
}

function describe(job: Job, change: StatusChange): StatusChangeDetail {
  const previous = job.statusHistory.findLast(({ seq }) => seq < change.seq);
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
    ...(job.akool === undefined ? {} : { akool: publishedFields(job.akool) }),
    ...videoOf(job, change),
    ...companionsOf(job, change),
    ...failureOf(change),
  };
}

function videoOf(
  job: Job,
  { status }: StatusChange,
): Pick<StatusChangeDetail, "video" | "doubtful"> {
  const { archive, doubtful } = job;
  if (status === "archived" && archive !== undefined) return { video: toldOf(archive) };
  if (status === "archive_failed" && doubtful !== undefined) return { doubtful: toldOf(doubtful) };
  return {};
}

function companionsOf(
  { companions }: Job,
  { status }: StatusChange,
): Pick<StatusChangeDetail, "companions"> {
  if (status !== "archived" || companions === undefined) return {};
  return { companions: toldCompanions(companions) };
}

type PublishedVideo = NonNullable<StatusChangeDetail["video"]>;

/** What may be told of a file in the bucket. */
export function toldOf(video: PublishedVideo): PublishedVideo {
  const { bucket, key, bytes, contentType, checksum, content, comparison, doubts } = video;
  return {
    ...{ bucket, key, bytes, contentType, checksum },
    ...(content === undefined ? {} : { content }),
    ...(comparison === undefined ? {} : { comparison }),
    ...(doubts === undefined ? {} : { doubts }),
  };
}

/** From the change itself: by the time an event goes out the job may have begun a new attempt. */
function failureOf({ reason, failure }: StatusChange): Pick<StatusChangeDetail, "failure"> {
  return failure === undefined || reason === undefined ? {} : { failure: { ...failure, reason } };
}

function publishedFields(akool: AkoolFields): AkoolFields {
  return Object.fromEntries(
    PUBLISHED_FIELDS.filter((name) => isShort(akool[name])).map((name) => [name, akool[name]]),
  );
}

/** Bytes of JSON. A longer value is no name or number, and stays on the record only. */
const FIELD_BYTES = 16 * 1024;

function isShort(value: unknown): boolean {
  return value !== undefined && Buffer.byteLength(JSON.stringify(value)) <= FIELD_BYTES;
}

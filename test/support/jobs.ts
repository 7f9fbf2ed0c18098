import { acceptJob, type Job } from "#domain/job/job.ts";
import type { JobStatus } from "#domain/job/job-status.ts";
import type { Observation } from "#domain/job/observation.ts";
import type { TrackingRequest } from "#domain/job/tracking-request.ts";
import { conclude } from "#domain/job/transition.ts";

export const VIDEO_ID = "689174694b4dbdd4ab3d28c9";
export const EXECUTION = "arn:aws:states:local:000000000000:execution:tracking:first";
export const START = Date.parse("2026-01-05T12:00:00.000Z");
export const HOUR = 3_600_000;
export const VIDEO_URL = "https://d2qf6ukcym4kn9.cloudfront.net/1754363091791-1423.mp4";

/** A job as the first claim leaves it, followed since START with a deadline of 24 hours. */
export function acceptedJob(request: Partial<TrackingRequest> = {}): Job {
  return acceptJob({
    request: { videoModelId: VIDEO_ID, ...request },
    execution: EXECUTION,
    now: START,
    defaultDeadlineHours: 24,
  });
}

/** A job with this status, reached one second after START. */
export function jobWith(status: JobStatus, changes: Partial<Job> = {}): Job {
  const job = acceptedJob();
  const reached = status === "accepted" ? job : conclude(job, status, START + 1_000);
  return { ...reached, ...changes };
}

/** What the record of an archived video says; its address looks signed, as one may be some day. */
export const ARCHIVE = {
  bucket: "videos",
  key: `${VIDEO_ID}.mp4`,
  bytes: 1_234,
  contentType: "video/mp4",
  checksum: "crc32:AAAAAA==",
  etag: '"e"',
  archivedAt: "2026-01-05T12:00:03.000Z",
  sourceUrl: `${VIDEO_URL}?Signature=secret`,
};

/** What a record says of a file that is not whole. */
export const DOUBTFUL = {
  bucket: "videos",
  key: `doubtful/${VIDEO_ID}.mp4`,
  bytes: 1_000,
  contentType: "video/mp4",
  checksum: "crc32:BBBBBB==",
  etag: '"d"',
  keptAt: "2026-01-05T12:00:02.000Z",
  sourceUrl: VIDEO_URL,
  content: { container: "mp4" },
  doubts: ["it is not whole: its last box (mdat) lacks 234 of its 1200 bytes"],
};

/** What the check of an ordinary result finds. */
export const MP4_CONTENT = {
  container: "mp4",
  contentType: "video/mp4",
  extension: "mp4",
  facts: { container: "mp4", durationSeconds: 10.5, width: 1280, height: 720, videoCodec: "h264" },
  doubts: [],
  isWhole: true,
};

/** A completed job with AKOOL's answer on its record. */
export function completedJob(changes: Partial<Job> = {}): Job {
  return jobWith("completed", { akool: { _id: VIDEO_ID, video: VIDEO_URL }, ...changes });
}

const akool = { _id: VIDEO_ID, create_time: START, file_name: "a.mp4" };

/** One observation of every kind. */
export const OBSERVATIONS = {
  queueing: { kind: "queueing", akool, createdAt: START },
  processing: { kind: "processing", akool, createdAt: START },
  completed: { kind: "completed", akool: { ...akool, video: VIDEO_URL }, videoUrl: VIDEO_URL },
  completed_without_video: { kind: "completed_without_video", akool },
  failed: { kind: "failed", akool, reason: "Failed to process the video." },
  unknown_status: { kind: "unknown_status", akool, detail: "video_status 7" },
  throttled: { kind: "throttled", detail: "code 1005" },
  unavailable: { kind: "unavailable", detail: "HTTP 502" },
  account_fault: { kind: "account_fault", detail: "code 1101" },
  not_found: { kind: "not_found", code: 1008, message: "does not exist" },
  rejected: { kind: "rejected", code: 1003, message: "Param error" },
} as const satisfies { [K in Observation["kind"]]: Observation & { kind: K } };

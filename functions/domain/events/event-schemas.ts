import * as z from "zod/mini";
import { archivedVideoSchema, jobSchema } from "#domain/job/job.ts";
import { JOB_STATUSES } from "#domain/job/job-status.ts";
import { trackingRequestSchema } from "#domain/job/tracking-request.ts";

const timestamp = z.iso.datetime();

/** `detail` of `Video Job Status Change`, schema version 1. */
export const statusChangeDetailSchema = z.object({
  schemaVersion: z.literal("1"),
  /** The same for every repetition of the same change: consumers drop what they have seen. */
  eventId: z.string(),
  videoModelId: z.string(),
  status: z.enum(JOB_STATUSES),
  previousStatus: z.nullable(z.enum(JOB_STATUSES)),
  at: timestamp,
  /** Counts the executions that have followed the job. */
  attempt: z.int(),
  reason: z.optional(z.string()),
  tags: z.record(z.string(), z.string()),
  /** Fields of AKOOL's last answer, as AKOOL spells them; never an address. */
  akool: z.optional(z.record(z.string(), z.unknown())),
  /** Where the archived video is; with status `archived`. */
  video: z.optional(archivedVideoSchema),
  /** What was kept of a video that the source does not serve whole; with `archive_failed`. */
  doubtful: z.optional(archivedVideoSchema),
  failure: jobSchema.shape.failure,
});

/** `detail` of one status change event. */
export type StatusChangeDetail = z.infer<typeof statusChangeDetailSchema>;

/** `detail` of `Video Expiring Unarchived`, schema version 1. */
export const videoExpiringDetailSchema = z.object({
  schemaVersion: z.literal("1"),
  /** One a job: consumers drop a repetition. */
  eventId: z.string(),
  videoModelId: z.string(),
  status: z.enum(JOB_STATUSES),
  /** When AKOOL deletes the video. */
  videoExpiresAt: timestamp,
  attempt: z.int(),
  /** What stands in the way, as far as is known. */
  reason: z.optional(z.string()),
  tags: z.record(z.string(), z.string()),
});

/** `detail` of the event about one video that is about to be lost. */
export type VideoExpiringDetail = z.infer<typeof videoExpiringDetailSchema>;

/** `detail` of `Video Job Requested`: the state machine's input. */
export const jobRequestedDetailSchema = trackingRequestSchema;

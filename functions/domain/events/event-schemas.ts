import * as z from "zod/mini";
import { archivedFileSchema } from "#domain/job/archived-file.ts";
import { companionRoleSchema, toldCompanionSchema } from "#domain/job/companion.ts";
import { jobSchema } from "#domain/job/job.ts";
import { JOB_STATUSES } from "#domain/job/job-status.ts";
import { trackingRequestSchema } from "#domain/job/tracking-request.ts";

const timestamp = z.iso.datetime();

/** What every event about a job begins with. */
const aboutJob = {
  schemaVersion: z.literal("1"),
  /** The same for every repetition: consumers drop what they have seen. */
  eventId: z.string(),
  videoModelId: z.string(),
  status: z.enum(JOB_STATUSES),
};

/** What events add that warn before AKOOL deletes a job's files. Published once a job. */
const aboutExpiry = {
  ...aboutJob,
  /** When AKOOL deletes them. */
  videoExpiresAt: timestamp,
  attempt: z.int(),
};

/** `detail` of `Video Job Status Change`, schema version 1. */
export const statusChangeDetailSchema = z.object({
  ...aboutJob,
  previousStatus: z.nullable(z.enum(JOB_STATUSES)),
  at: timestamp,
  /** Counts the executions that have followed the job. */
  attempt: z.int(),
  reason: z.optional(z.string()),
  tags: z.record(z.string(), z.string()),
  /** Fields of AKOOL's last answer, as AKOOL spells them; never an address. */
  akool: z.optional(z.record(z.string(), z.unknown())),
  /** Where the archived video is; with status `archived`. */
  video: z.optional(archivedFileSchema),
  /** What was kept of a video that the source does not serve whole; with `archive_failed`. */
  doubtful: z.optional(archivedFileSchema),
  /** The further files that AKOOL has named, as far as each has come; with `archived`. */
  companions: z.optional(z.array(toldCompanionSchema)),
  failure: jobSchema.shape.failure,
});

/** `detail` of one status change event. */
export type StatusChangeDetail = z.infer<typeof statusChangeDetailSchema>;

/** `detail` of `Video Expiring Unarchived`, schema version 1. */
export const videoExpiringDetailSchema = z.object({
  ...aboutExpiry,
  /** What stands in the way, as far as is known. */
  reason: z.optional(z.string()),
  tags: z.record(z.string(), z.string()),
});

/** `detail` of the event about one video that is about to be lost. */
export type VideoExpiringDetail = z.infer<typeof videoExpiringDetailSchema>;

/**
 * `detail` of `Video Job Companions Archived`, schema version 1. Published again only if AKOOL has
 * named further files since.
 */
export const companionsArchivedDetailSchema = z.object({
  ...aboutJob,
  /** When the last of these files, the video among them, was archived. */
  at: timestamp,
  attempt: z.int(),
  tags: z.record(z.string(), z.string()),
  /** The video beside which they lie. */
  video: archivedFileSchema,
  /** All that AKOOL has named; each is `archived`. */
  companions: z.array(toldCompanionSchema),
});

/** `detail` of the event that all companions of a video are archived. */
export type CompanionsArchivedDetail = z.infer<typeof companionsArchivedDetailSchema>;

/** `detail` of `Video Companions Expiring Unarchived`, schema version 1. */
export const companionsExpiringDetailSchema = z.object({
  ...aboutExpiry,
  /** Those that are not archived, and what stands in the way, as far as is known. */
  missing: z.array(z.object({ role: companionRoleSchema, reason: z.optional(z.string()) })),
  tags: z.record(z.string(), z.string()),
});

/** `detail` of the event about companions that are about to be lost. */
export type CompanionsExpiringDetail = z.infer<typeof companionsExpiringDetailSchema>;

/** `detail` of `Video Job Requested`: the state machine's input. */
export const jobRequestedDetailSchema = trackingRequestSchema;

/** `detail` of `Credit Budget Reached`, schema version 1. */
export const budgetReachedDetailSchema = z.object({
  schemaVersion: z.literal("1"),
  /** One a period and share: consumers drop a repetition. */
  eventId: z.string(),
  at: timestamp,
  /** The day (`2026-11-27`) or the month (`2026-11`), in UTC. */
  period: z.string(),
  /** Credits of the budget. */
  limit: z.number(),
  /** Credits that AKOOL has charged for videos created in the period. */
  spent: z.number(),
  /** Estimated credits of character swaps that still run. */
  running: z.number(),
  /** The configured share of the limit that was reached, 0.5 for a half. */
  share: z.number(),
});

/** `detail` of the event about a budget. */
export type BudgetReachedDetail = z.infer<typeof budgetReachedDetailSchema>;

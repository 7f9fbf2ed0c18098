import * as z from "zod/mini";
import { archivedFileSchema } from "#domain/job/archived-file.ts";
import { companionRoleSchema, toldCompanionSchema } from "#domain/job/companion.ts";
import { jobSchema } from "#domain/job/job.ts";
import { JOB_STATUSES } from "#domain/job/job-status.ts";
import { trackingRequestSchema } from "#domain/job/tracking-request.ts";
import { characterSwapSchema } from "#domain/swaps/character-swap.ts";

const timestamp = z.iso.datetime();
const record = jobSchema.shape;

/** A job as the API shows it: its record without internal fields. */
export const jobViewSchema = z.object({
  videoModelId: record.videoModelId,
  status: record.status,
  attempt: record.attempt,
  acceptedAt: timestamp,
  updatedAt: timestamp,
  deadlineAt: timestamp,
  videoExpiresAt: timestamp,
  polls: z.int(),
  /** Percent, while the job runs, of products that tell it (video translation). */
  progress: z.optional(z.number()),
  /** What AKOOL says the job has cost; fractional on sibling products. */
  creditsCharged: z.optional(z.number()),
  tags: record.tags,
  /** One line for every change of the status, oldest first. */
  timeline: z.array(
    z.object({
      at: timestamp,
      status: record.status,
      attempt: z.int(),
      reason: z.optional(z.string()),
    }),
  ),
  /** Changes in the middle of the timeline that are not kept any more. */
  timelineOmitted: z.optional(z.int()),
  lastObservation: record.lastObservation,
  failure: record.failure,
  /** A fault of the archiver that stopped tracking; `retry` goes on. */
  fault: z.optional(z.object({ code: z.string(), reason: z.string(), at: timestamp })),
  /** The archived video. */
  video: z.optional(z.extend(archivedFileSchema, { archivedAt: timestamp })),
  /** What was kept of a video that the source does not serve whole. */
  doubtful: z.optional(z.extend(archivedFileSchema, { keptAt: timestamp })),
  /** The further files that AKOOL has named, each with what became of it. */
  companions: z.optional(z.array(toldCompanionSchema)),
  /** AKOOL's documented fields, as AKOOL spells them. */
  akool: record.akool,
});

export type JobView = z.infer<typeof jobViewSchema>;

export const jobPageSchema = z.object({
  jobs: z.array(jobViewSchema),
  /** Pass it as `cursor` for the next page; absent on the last one. */
  cursor: z.optional(z.string()),
});

export const submitJobSchema = z.strictObject(trackingRequestSchema.shape);

export const videoQuery = z.strictObject({
  /** Whether a browser saves the file (the default) or plays it. */
  disposition: z.optional(z.enum(["attachment", "inline"])),
});

export const videoLinkSchema = z.object({
  /** Presigned: whoever has it can fetch the video until it expires. */
  url: z.url(),
  expiresAt: timestamp,
});

export const jobIdParameters = z.object({ videoModelId: record.videoModelId });

export const companionParameters = z.object({
  videoModelId: record.videoModelId,
  role: companionRoleSchema,
});

export const limitSchema = z.pipe(
  z.string().check(z.regex(/^(?:[1-9]\d?|100)$/, "must be a number from 1 to 100")),
  z.transform(Number),
);

/** Bounds are compared as text with our own timestamps, so they are written the same way. */
const bound = z.pipe(
  timestamp,
  z.transform((time) => new Date(time).toISOString()),
);

export const listJobsQuery = z.strictObject({
  status: z.optional(z.enum(JOB_STATUSES)),
  /** `name:value`: only jobs that carry this tag. */
  tag: z.optional(
    z.string().check(z.regex(/^[^:]{1,128}:.{0,256}$/s, "must be of the form name:value")),
  ),
  /** Only jobs accepted at this instant or later. */
  from: z.optional(bound),
  /** Only jobs accepted before this instant. */
  to: z.optional(bound),
  limit: z.optional(limitSchema),
  cursor: z.optional(z.string().check(z.maxLength(512))),
});

export const createSwapSchema = z.strictObject({
  ...characterSwapSchema.shape,
  tags: trackingRequestSchema.shape.tags,
});

/**
 * Also a path segment, by which a submission is read and settled: gateways decode and rewrite
 * paths, so only characters are taken that mean themselves everywhere.
 */
export const IDEMPOTENCY_KEY_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._~:=-]{0,254}$/;

const idempotencyKey = z
  .string()
  .check(
    z.regex(
      IDEMPOTENCY_KEY_PATTERN,
      "must be 1 to 255 letters, digits or ._~:=- and begin with a letter or digit",
    ),
  );

export const idempotencyKeyParameters = z.object({ idempotencyKey });

export const settlementSchema = z.union(
  [
    z.strictObject({ videoModelId: record.videoModelId }),
    z.strictObject({ release: z.literal(true) }),
  ],
  "must be either {videoModelId} or {release: true}",
);

export const submissionViewSchema = z.object({
  idempotencyKey: z.string(),
  state: z.enum(["submitting", "created", "refused", "submit_unknown"]),
  estimatedCredits: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
  videoModelId: z.optional(z.string()),
  reason: z.optional(z.string()),
});

const submissionStates = submissionViewSchema.shape.state;

export const listSwapsQuery = z.strictObject({
  state: z.optional(submissionStates),
  limit: z.optional(limitSchema),
  cursor: z.optional(z.string().check(z.maxLength(512))),
});

export const submissionPageSchema = z.object({
  submissions: z.array(submissionViewSchema),
  /** Pass it as `cursor` for the next page; absent on the last one. */
  cursor: z.optional(z.string()),
});

export const createdSwapSchema = z.object({
  submission: submissionViewSchema,
  job: jobViewSchema,
});

export const settledSwapSchema = z.object({ job: z.optional(jobViewSchema) });

export const healthSchema = z.object({ status: z.literal("ok") });

/** RFC 9457; `type` is stable, the other texts may change. */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** The fields at fault, for `invalid-request`. */
  errors: z.optional(z.array(z.object({ field: z.string(), message: z.string() }))),
});

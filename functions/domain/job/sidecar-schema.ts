import * as z from "zod/mini";
import { archivedFileSchema } from "./archived-file.ts";
import { toldCompanionSchema } from "./companion.ts";
import { creationSchema } from "./creation.ts";
import { jobSchema } from "./job.ts";
import { statusChangeSchema } from "./timeline.ts";

const timestamp = z.iso.datetime();
const record = jobSchema.shape;

/**
 * - `video`: the generated video.
 * - `partial_video`: certainly cut, and kept until a whole one comes, or for want of one.
 */
const FILE_ROLES = ["video", "partial_video"] as const;

/** One stored file. */
const sidecarFileSchema = z.extend(archivedFileSchema, {
  role: z.enum(FILE_ROLES),
  etag: z.optional(z.string()),
  /** In a versioned bucket. */
  versionId: z.optional(z.string()),
  storedAt: timestamp,
  /** Where it was fetched from. */
  sourceUrl: z.optional(z.string()),
});

/** An address that the run has fetched from. */
const triedSourceSchema = z.object({
  url: z.optional(z.string()),
  /** `stored`, or the name of the error. */
  outcome: z.string(),
  detail: z.optional(z.string()),
});

/**
 * The file beside an archived video, schema version 1: what it is, where it comes from, and what was
 * decided on the way. Fields may be added; what changes its meaning gets another version.
 */
export const sidecarSchema = z.object({
  schemaVersion: z.literal("1"),
  archiverVersion: z.string(),
  writtenAt: timestamp,
  job: z.object({
    videoModelId: record.videoModelId,
    /** Executions that have followed the job. */
    attempts: z.int(),
    tags: record.tags,
  }),
  /** What AKOOL made the video of, as it says; addresses without what opens them. */
  inputs: z.object({ imageUrl: z.optional(z.string()), videoUrl: z.optional(z.string()) }),
  prompt: z.optional(z.string()),
  model: z.optional(z.string()),
  /** What was asked for, where the video was created through the archiver. */
  creation: z.optional(creationSchema),
  times: z.object({
    /** AKOOL's `create_time` and `update_time`. */
    createdAt: z.optional(timestamp),
    updatedAt: z.optional(timestamp),
    acceptedAt: timestamp,
    attemptStartedAt: timestamp,
    /** When AKOOL deletes its copy at the earliest. */
    videoExpiresAt: timestamp,
  }),
  /** As AKOOL says. */
  creditsCharged: z.optional(z.number()),
  files: z.array(sidecarFileSchema).check(z.minLength(1)),
  /** What AKOOL has named beside the video, as far as each has come when this was written. */
  companions: z.optional(z.array(toldCompanionSchema)),
  trail: z.object({
    polls: z.int(),
    /** The run that has written this, counted from 1: no two runs write the same bytes. */
    copyRun: z.optional(z.int()),
    /** How often a run was about to replace what another had stored. */
    copyClaims: z.optional(z.int()),
    /** What this run has tried, in order. */
    sources: z.array(triedSourceSchema),
    /** Up to the run, so that its last line is `completed`. */
    timeline: z.array(statusChangeSchema),
    /** Changes that the timeline lacks. */
    timelineOmitted: z.optional(z.int()),
  }),
  /** AKOOL's last answer, as AKOOL spells it; addresses without what opens them. */
  akool: z.record(z.string(), z.unknown()),
  /** Fields of it that are too long for this file. */
  akoolOmitted: z.optional(z.array(z.string())),
});

export type Sidecar = z.infer<typeof sidecarSchema>;
export type SidecarFile = Sidecar["files"][number];
export type TriedSource = Sidecar["trail"]["sources"][number];

import * as z from "zod/mini";
import { archivedFileSchema, storedFileSchema } from "./archived-file.ts";

/**
 * The further files of a job, by AKOOL's own names of them: `audio_splits` holds `<role>_url`
 * (documented for video translation and talking photo).
 */
export const COMPANION_ROLES = ["original_srt", "translated_srt", "no_caption_video"] as const;

export const companionRoleSchema = z.enum(COMPANION_ROLES);

export type CompanionRole = z.infer<typeof companionRoleSchema>;

/** What their keys have in place of the video's extension. */
export const COMPANION_ENDINGS: Readonly<Record<CompanionRole, string>> = {
  original_srt: ".original.srt",
  translated_srt: ".translated.srt",
  no_caption_video: ".no-caption.mp4",
};

const timestamp = z.iso.datetime();

const named = {
  role: companionRoleSchema,
  /** The address at AKOOL without its query, which may be the key to the file. */
  sourceUrl: z.string(),
  /** How many runs have begun to copy it; more than one may have left something behind. */
  copyRuns: z.optional(z.int()),
  /** How often a run was about to replace another's object; see the job's `copyClaims`. */
  copyClaims: z.optional(z.int()),
};

const archivedSchema = z.object({
  ...named,
  ...storedFileSchema.shape,
  state: z.literal("archived"),
  archivedAt: timestamp,
});

const pendingSchema = z.object({
  ...named,
  state: z.literal("pending"),
  /** Why the last run has not archived it; absent before the first one. */
  reason: z.optional(z.string()),
  /** Since when, and how often, its source refused it after AKOOL should have deleted it. */
  lossEvidence: z.optional(z.object({ since: timestamp, count: z.int() })),
  /** A file that is certainly cut, kept until a whole one comes. */
  doubtful: z.optional(storedFileSchema),
});

const failedSchema = z.object({ ...named, state: z.literal("failed"), reason: z.string() });

/**
 * A companion of a job's video, as the record has it.
 *
 * - `archived`: in the bucket, and verified.
 * - `pending`: tried again until AKOOL has deleted it.
 * - `failed`: given up; only a person has it tried again.
 */
const companionSchema = z.discriminatedUnion("state", [
  archivedSchema,
  pendingSchema,
  failedSchema,
]);

export type Companion = z.infer<typeof companionSchema>;

/** What a job's record has of its companions. */
export const companionFields = {
  /** The further files that AKOOL has named, each with what became of it. */
  companions: z.optional(z.array(companionSchema)),
  /** When sidecar and event told what became of them all; absent while one is pending. */
  companionsToldAt: z.optional(timestamp),
  /** How often AKOOL was asked for more of them after the video was archived. */
  companionAsks: z.optional(z.int()),
  /** How many executions were started for them alone. */
  companionRuns: z.optional(z.int()),
  /** When the event was published that they expire unarchived. */
  companionsExpiryPublishedAt: z.optional(timestamp),
};

export type ArchivedCompanion = z.infer<typeof archivedSchema>;

export type PendingCompanion = z.infer<typeof pendingSchema>;

/** The same as events, the sidecar and the API show it. */
export const toldCompanionSchema = z.object({
  role: companionRoleSchema,
  state: z.enum(["archived", "pending", "failed"]),
  ...z.partial(archivedFileSchema).shape,
  archivedAt: z.optional(timestamp),
  /** Why it is not archived, as far as is known. */
  reason: z.optional(z.string()),
});

export type ToldCompanion = z.infer<typeof toldCompanionSchema>;

/** What may be told of companions. */
export function toldCompanions(companions: readonly Companion[]): ToldCompanion[] {
  return companions.map(told);
}

function told(companion: Companion): ToldCompanion {
  const { role, state } = companion;
  if (companion.state !== "archived") {
    return { role, state, ...(companion.reason === undefined ? {} : { reason: companion.reason }) };
  }
  const { bucket, key, bytes, contentType, checksum, content, comparison, doubts, archivedAt } =
    companion;
  return {
    ...{ role, state, bucket, key, bytes, contentType, checksum, archivedAt },
    ...(content === undefined ? {} : { content }),
    ...(comparison === undefined ? {} : { comparison }),
    ...(doubts === undefined ? {} : { doubts }),
  };
}

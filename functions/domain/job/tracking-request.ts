import * as z from "zod/mini";
import type { Creation, JobSubmission } from "./creation.ts";

/**
 * AKOOL's document ids have 24 hex digits in every sample. Ids of sibling products are not
 * documented, so any short run of URL-safe characters is taken; it also becomes an object key.
 */
export const VIDEO_MODEL_ID_PATTERN = /^[A-Za-z0-9_-]{8,64}$/;

export const videoModelIdSchema = z
  .string()
  .check(
    z.regex(
      VIDEO_MODEL_ID_PATTERN,
      "must be the _id that AKOOL's create call returned: 8 to 64 letters, digits, _ or -",
    ),
  );

const MAX_TAGS = 50;
/** Tags travel with every event and through the execution's state, which may hold 256 KB. */
const MAX_TAG_BYTES = 4_096;

// A colon separates name and value where jobs are listed by tag.
// Two leading underscores are JavaScript's own (`__proto__` would vanish silently).
export const tagNameSchema = z.string().check(z.regex(/^_?[^:\s_][^:]{0,126}$/));
export const tagTextSchema = z.string().check(z.maxLength(256));
export const deadlineHoursSchema = z.number().check(z.positive(), z.maximum(168));

const tagsSchema = z
  .record(tagNameSchema, tagTextSchema)
  .check(
    z.refine(
      (tags) =>
        Object.keys(tags).length <= MAX_TAGS &&
        Buffer.byteLength(JSON.stringify(tags)) <= MAX_TAG_BYTES,
      `at most ${MAX_TAGS} tags of ${MAX_TAG_BYTES} bytes in all`,
    ),
  );

/** What a caller asks for: the input that every entry point gives to the state machine. */
export const trackingRequestSchema = z.object({
  videoModelId: videoModelIdSchema,
  tags: z.optional(tagsSchema),
  deadlineHours: z.optional(deadlineHoursSchema),
});

export type TrackingRequest = z.infer<typeof trackingRequestSchema>;

/** The same, with what the archiver itself knows of the video; no caller can say that. */
export interface FollowRequest extends TrackingRequest {
  creation?: Creation | undefined;
  submission?: JobSubmission | undefined;
}

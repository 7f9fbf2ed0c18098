import * as z from "zod/mini";

/** What the bytes of an archived file tell about it; what they do not tell is absent. */
export const contentFactsSchema = z.object({
  /** `mp4`, `quicktime`, `webm`, `matroska`, `mpeg-ts`, `avi`, `flv`, ...; `unknown` */
  container: z.string(),
  durationSeconds: z.optional(z.number()),
  /** Pixels, as they are shown. */
  width: z.optional(z.number()),
  height: z.optional(z.number()),
  /** Frames a second, on average. */
  frameRate: z.optional(z.number()),
  /** `h264`, `hevc`, `vp9`, `av1`, ...; the container's own name for any other. */
  videoCodec: z.optional(z.string()),
  /** Whether it has sound; absent where the container does not tell. */
  hasAudio: z.optional(z.boolean()),
  /** `aac`, `opus`, ...; absent without sound. */
  audioCodec: z.optional(z.string()),
});

export type ContentFacts = z.infer<typeof contentFactsSchema>;

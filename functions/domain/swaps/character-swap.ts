import * as z from "zod/mini";

/** Signed addresses are long: one with a role's credentials has more than 2,000 characters. */
const MAX_ADDRESS_LENGTH = 8_192;

const httpUrl = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .check(z.maxLength(MAX_ADDRESS_LENGTH, `must have at most ${MAX_ADDRESS_LENGTH} characters`));

/** What AKOOL documents for `characterSwap/create`; AKOOL fetches both addresses itself. */
export const characterSwapSchema = z.strictObject({
  /** The character: PNG or JPEG. */
  image: httpUrl,
  /** The source video: MP4, at most 120 s. */
  video: httpUrl,
  /** Seconds. */
  duration: z.optional(z.number().check(z.minimum(1), z.maximum(120))),
  resolution: z.optional(z.enum(["480p", "720p", "1080p"])),
  mode: z.optional(z.enum(["animate", "replace"])),
  prompt: z.optional(z.string().check(z.maxLength(500))),
});

export type CharacterSwap = z.infer<typeof characterSwapSchema>;

/** AKOOL charges for every started piece of this many seconds. */
const CHARGED_PIECE_SECONDS = 5;
const CREDITS_PER_PIECE = { "480p": 5, "720p": 10, "1080p": 15 } as const;
const DEFAULT_RESOLUTION = "720p";
const MAX_DURATION_SECONDS = 120;

export interface CreditEstimate {
  credits: number;
  /** False when the request names no duration: then it is what the longest video would cost. */
  exact: boolean;
}

/** What a swap will cost, by AKOOL's documented price: ceil(duration / 5 s) × 5, 10 or 15. */
export function estimateCredits({ duration, resolution }: CharacterSwap): CreditEstimate {
  const pieces = Math.ceil((duration ?? MAX_DURATION_SECONDS) / CHARGED_PIECE_SECONDS);
  return {
    credits: pieces * CREDITS_PER_PIECE[resolution ?? DEFAULT_RESOLUTION],
    exact: duration !== undefined,
  };
}

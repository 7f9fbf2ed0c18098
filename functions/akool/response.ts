import * as z from "zod/mini";

/** AKOOL sends numbers, but public clients have seen them as text on sibling products. */
const looseInteger = z.union([
  z.int(),
  z.pipe(z.string().check(z.regex(/^-?\d+$/)), z.transform(Number)),
]);

/** A documented field of another type than documented is dropped, never a reason to refuse. */
function tolerated<T extends z.ZodMiniType>(schema: T) {
  return z.catch(z.optional(schema), undefined);
}

const text = tolerated(z.string());
const number = tolerated(z.number());

/**
 * `data` of infobymodelid with every documented field, as AKOOL spells it; unknown fields are left
 * out. Sibling products add `progress`, `error_code` and `error_reason`.
 */
const videoSchema = z.object({
  _id: text,
  create_time: tolerated(z.int()),
  update_time: tolerated(z.int()),
  uid: tolerated(z.union([z.number(), z.string()])),
  team_id: text,
  video_duration: number,
  webhookUrl: text,
  file_name: text,
  prompt: text,
  resolution: text,
  /** Input: the character image. */
  image_url: text,
  /** Input: the customer's own source video. Never the result. */
  video_url: text,
  /** The generated video; at status 3. */
  video: text,
  deduction_credit: number,
  /** 1 queueing, 2 processing, 3 completed, 4 failed. */
  video_status: tolerated(looseInteger),
  faceswap_fail_reason: text,
  progress: number,
  error_code: tolerated(z.union([z.number(), z.string()])),
  error_reason: text,
});

export type AkoolVideo = z.infer<typeof videoSchema>;

const envelopeSchema = z.object({
  code: looseInteger,
  msg: z.catch(z.string(), ""),
  data: z.catch(z.nullish(videoSchema), undefined),
});

export type AkoolEnvelope = z.infer<typeof envelopeSchema>;

/** Parses an answer's text; `undefined` when it is not AKOOL's `{code, msg, data}` at all. */
export function parseEnvelope(body: string): AkoolEnvelope | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  const parsed = envelopeSchema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}

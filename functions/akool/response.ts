import * as z from "zod/mini";
import { parseJson } from "#domain/parse-json.ts";
import { quotedText } from "#domain/redaction.ts";

/** AKOOL sends numbers, but public clients have seen them as text on sibling products. */
const looseInteger = z.union([
  z.int(),
  z.pipe(z.string().check(z.regex(/^-?\d+$/)), z.transform(Number)),
]);

/** A documented field of another type than documented is dropped, never a reason to refuse. */
function tolerated<T extends z.ZodMiniType>(schema: T) {
  return z.catch(z.optional(schema), undefined);
}

/** The record, the event and the execution's state have size limits; no documented text is long. */
const MAX_TEXT = 2_000;

/**
 * What AKOOL says to people, which is announced too: it can quote the address of an input, and that
 * is a signed one as a rule. So can a name or a prompt, which the customer has chosen.
 */
const message = z.pipe(
  z.string(),
  z.transform((value) => quotedText(value, MAX_TEXT)),
);

/** An address, or an id, that is cut off would be another one: too long means unusable. */
const exactText = tolerated(z.string().check(z.maxLength(MAX_TEXT)));

/** DynamoDB refuses a record with a number that is closer to zero than this one's like. */
const NEGLIGIBLE = 1e-9;

/** The store keeps no number that JavaScript itself cannot keep exactly. */
const number = tolerated(
  z.pipe(
    z.number().check(z.minimum(Number.MIN_SAFE_INTEGER), z.maximum(Number.MAX_SAFE_INTEGER)),
    z.transform((value) => (Math.abs(value) < NEGLIGIBLE ? 0 : value)),
  ),
);

/**
 * `data` of infobymodelid with every documented field, as AKOOL spells it; unknown fields are left
 * out. Sibling products add `progress`, `error_code` and `error_reason`.
 */
const videoSchema = z.object({
  _id: exactText,
  create_time: tolerated(z.int()),
  update_time: tolerated(z.int()),
  uid: tolerated(z.union([z.int(), z.string().check(z.maxLength(MAX_TEXT))])),
  team_id: exactText,
  video_duration: number,
  webhookUrl: exactText,
  file_name: tolerated(message),
  prompt: tolerated(message),
  resolution: tolerated(message),
  /** Input: the character image. */
  image_url: exactText,
  /** Input: the customer's own source video. Never the result. */
  video_url: exactText,
  /** The generated video; at status 3. */
  video: exactText,
  deduction_credit: number,
  /** 1 queueing, 2 processing, 3 completed, 4 failed. */
  video_status: tolerated(looseInteger),
  faceswap_fail_reason: tolerated(message),
  progress: number,
  error_code: tolerated(z.union([z.int(), z.string().check(z.maxLength(MAX_TEXT))])),
  error_reason: tolerated(message),
});

export type AkoolVideo = z.infer<typeof videoSchema>;

const envelopeSchema = z.object({
  code: looseInteger,
  msg: z.catch(message, ""),
  data: z.catch(z.nullish(videoSchema), undefined),
});

export type AkoolEnvelope = z.infer<typeof envelopeSchema>;

/** Parses an answer's text; `undefined` when it is not AKOOL's `{code, msg, data}` at all. */
export function parseEnvelope(body: string): AkoolEnvelope | undefined {
  const parsed = envelopeSchema.safeParse(parseJson(body));
  return parsed.success ? parsed.data : undefined;
}

import { createDecipheriv } from "node:crypto";
import * as z from "zod/mini";
import { VIDEO_MODEL_ID_PATTERN } from "#domain/job/job.ts";
import { parseLenientJson } from "#domain/text/lenient-json.ts";
import { statusOf } from "./spellings.ts";
import type { WebhookCredentials } from "./webhook-body.ts";

/** What a webhook says, once it is decrypted. */
export interface WebhookPayload {
  /** As it was sent; empty when there is none. */
  videoModelId: string;
  /** Whether it says that the job has ended. */
  saysEnded: boolean;
  /** Whether infobymodelid may know the id: not, where the type names another product. */
  servedByPolls: boolean;
}

/** The documented IV: the first 16 bytes of the client id, padded with zeros. */
const IV_BYTES = 16;

/**
 * Types of products with a result endpoint of their own. Any other type, and none, may be of a job
 * that infobymodelid serves: character swap has no documented type.
 */
const SERVED_ELSEWHERE: ReadonlySet<string> = new Set([
  "image",
  "audio",
  "background change",
  "faceswap",
]);

/** 3 completed, 4 failed. */
const ENDED: readonly unknown[] = [3, 4];

const word = z.catch(z.nullish(z.union([z.string(), z.number()])), undefined);

/** An id as JSON may carry it, `{"$oid": "…"}` among it. */
const id = z.catch(
  z.nullish(z.union([z.string(), z.number(), z.object({ $oid: z.string() })])),
  undefined,
);

/** AKOOL documents `_id` and `status`; its own demos also read `video_id` and `video_status`. */
const payloadSchema = z.object({
  _id: id,
  video_id: id,
  status: word,
  video_status: word,
  type: word,
});

/**
 * What the webhook says; nothing at all when it was not encrypted with this secret. A payload without
 * a usable id was still made by somebody who has the secret.
 */
export function openPayload(
  credentials: WebhookCredentials,
  dataEncrypt: string,
): WebhookPayload | undefined {
  const read: unknown = parseLenientJson(decrypted(credentials, dataEncrypt) ?? "");
  const parsed = payloadSchema.safeParse(Array.isArray(read) && read.length === 1 ? read[0] : read);
  if (!parsed.success) return undefined;
  const { _id, video_id, status, video_status, type } = parsed.data;
  const ids = [_id, video_id].map(textOf).filter((text) => text !== "");
  return {
    videoModelId: ids.find((text) => VIDEO_MODEL_ID_PATTERN.test(text)) ?? ids[0] ?? "",
    saysEnded: ENDED.includes(statusOf(status ?? video_status)),
    servedByPolls: !SERVED_ELSEWHERE.has(typeName(textOf(type))),
  };
}

/** The documented initialisation vector for a client id. */
export function webhookIv(clientId: string): Buffer {
  const iv = Buffer.alloc(IV_BYTES);
  Buffer.from(clientId).copy(iv, 0, 0, IV_BYTES);
  return iv;
}

function decrypted(
  { clientId, clientSecret }: WebhookCredentials,
  dataEncrypt: string,
): string | undefined {
  const key = Buffer.from(clientSecret);
  try {
    // AES-128, -192 or -256 by the length of the key (documented); there is no cipher for another.
    const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, webhookIv(clientId));
    const secret = Buffer.from(dataEncrypt, "base64");
    return Buffer.concat([decipher.update(secret), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

function textOf(value: z.infer<typeof id>): string {
  const text = typeof value === "object" ? value?.$oid : value;
  return String(text ?? "").trim();
}

/** `Background-Change`, `background_change` and `background change` are one type. */
function typeName(text: string): string {
  return text.toLowerCase().replace(/[\s_-]+/g, " ");
}

import { createDecipheriv } from "node:crypto";
import { VIDEO_MODEL_ID_PATTERN } from "#domain/job/tracking-request.ts";
import { idOf, statusOf } from "./spellings.ts";
import { isRecord, parseTolerantly } from "./tolerant-json.ts";
import type { WebhookCredentials } from "./webhook-body.ts";

/** What a webhook says, once it is decrypted. */
export interface WebhookPayload {
  /** As it was sent; empty if there is none. */
  videoModelId: string;
  /** Whether it says that the job has ended. */
  saysEnded: boolean;
  /** Whether infobymodelid may know the id; not if the type names another product. */
  servedByPolls: boolean;
}

/** The documented IV: the first 16 bytes of the client id, padded with zeros. */
const IV_BYTES = 16;

/**
 * Types of products with a result endpoint of their own. Any other type, or none, may be a job that
 * infobymodelid serves: character swap has no documented type.
 */
const SERVED_ELSEWHERE: ReadonlySet<string> = new Set([
  "image",
  "audio",
  "backgroundchange",
  "faceswap",
]);

/** How deep a payload may be wrapped. */
const MAX_WRAPPERS = 3;

/** 3 completed, 4 failed. */
const ENDED: readonly unknown[] = [3, 4];

/**
 * Decrypts a webhook. A payload without a usable id still comes from somebody who has the secret. AKOOL
 * documents `_id` and `status`; its own demos also read `video_id` and `video_status`.
 *
 * @returns undefined if it was not encrypted with this secret
 */
export function openPayload(
  credentials: WebhookCredentials,
  dataEncrypt: string,
): WebhookPayload | undefined {
  const payload = payloadIn(parseTolerantly(decrypted(credentials, dataEncrypt) ?? ""));
  if (payload === undefined) return undefined;
  const { _id, video_id, status, video_status, type } = payload;
  const ids = [_id, video_id].flatMap((id) => idOf(id) ?? []);
  return {
    videoModelId: ids.find((text) => VIDEO_MODEL_ID_PATTERN.test(text)) ?? ids[0] ?? "",
    saysEnded: ENDED.includes(statusOf(status ?? video_status)),
    servedByPolls: !SERVED_ELSEWHERE.has(typeName(type)),
  };
}

/** The object, also in a list of one, in JSON text, or in `data`. */
function payloadIn(value: unknown, depth = 0): Record<string, unknown> | undefined {
  if (depth > MAX_WRAPPERS) return undefined;
  if (typeof value === "string") return payloadIn(parseTolerantly(value), depth + 1);
  if (Array.isArray(value)) {
    return value.length === 1 ? payloadIn(value[0], depth + 1) : undefined;
  }
  if (!isRecord(value)) return undefined;
  const isWrapper = value._id === undefined && value.video_id === undefined;
  return (isWrapper ? payloadIn(value.data, depth + 1) : undefined) ?? value;
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
    // AES-128, -192 or -256 by the length of the key (documented); another length throws.
    const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, webhookIv(clientId));
    const secret = Buffer.from(dataEncrypt, "base64");
    return Buffer.concat([decipher.update(secret), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

/** `Background-Change`, `backgroundChange` and `background change` are one type. */
function typeName(type: unknown): string {
  return typeof type === "string" ? type.toLowerCase().replace(/[\s_-]/g, "") : "";
}

import { createDecipheriv, createHash, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import { parseJson } from "#domain/parse-json.ts";

/** What AKOOL signs and encrypts a webhook with; the secret is the API key. */
export interface WebhookCredentials {
  clientId: string;
  clientSecret: string;
}

/** A webhook that was made with our credentials, in our time. */
export interface VerifiedWebhook {
  /** The video that it is about. */
  videoModelId: string;
  /** Whether it says that the job has ended. A hint for the pace of looking, never a state. */
  saysEnded: boolean;
  /** The same for a repetition of the same delivery, which is how AKOOL retries. */
  deliveryId: string;
}

export interface WebhookPolicy {
  /** The current credentials and, during a rotation, the previous ones. */
  credentials: readonly WebhookCredentials[];
  /** How far the timestamp may be from now, either way, milliseconds. */
  windowMs: number;
  /** Epoch milliseconds. */
  now: number;
}

/** A webhook of AKOOL is a few hundred bytes; base64 text of the payload included. */
const MAX_ENCRYPTED_TEXT = 8_192;
/** The documented IV: the first 16 bytes of the client id, padded with zeros. */
const IV_BYTES = 16;

const bodySchema = z.strictObject({
  signature: z.string().check(z.regex(/^[0-9a-f]{40}$/i)),
  dataEncrypt: z.string().check(z.maxLength(MAX_ENCRYPTED_TEXT), z.regex(/^[A-Za-z0-9+/]+={0,2}$/)),
  timestamp: z.union([z.int(), z.string().check(z.regex(/^\d{1,16}$/))]),
  /** Documented as a number and as a string; leading zeros must survive, so it stays as sent. */
  nonce: z.union([z.number(), z.string().check(z.maxLength(128))]),
});

type WebhookBody = z.infer<typeof bodySchema>;

/** AKOOL documents `_id` and `status`; its own demos also read `video_id` and `video_status`. */
const payloadSchema = z.object({
  _id: z.optional(z.string()),
  video_id: z.optional(z.string()),
  status: z.catch(z.optional(z.number()), undefined),
  video_status: z.catch(z.optional(z.number()), undefined),
});

type WebhookPayload = z.infer<typeof payloadSchema>;

/** 3 completed, 4 failed. */
const ENDED = [3, 4];

/**
 * Opens a webhook by AKOOL's documented algorithm.
 *
 * There is no secret in the signature and no MAC on the ciphertext, so even a verified webhook is
 * only a hint to look at AKOOL now.
 *
 * @returns nothing for whatever is not right, without telling what: the caller must not know either
 */
export function openWebhook(text: string, policy: WebhookPolicy): VerifiedWebhook | undefined {
  const body = bodySchema.safeParse(parseJson(text));
  if (!body.success) return undefined;
  const age = Math.abs(policy.now - Number(body.data.timestamp));
  if (age > policy.windowMs) return undefined;
  const credentials = policy.credentials.filter((candidate) => isSignedWith(candidate, body.data));
  for (const candidate of credentials) {
    const payload = decrypt(candidate, body.data.dataEncrypt);
    const videoModelId = payload._id ?? payload.video_id;
    if (videoModelId === undefined) continue;
    const saysEnded = ENDED.includes(payload.status ?? payload.video_status ?? 0);
    return { videoModelId, saysEnded, deliveryId: deliveryIdOf(body.data) };
  }
  return undefined;
}

/** hex(SHA-1(the four parts as strings, in JavaScript's default order, without separator)). */
export function signWebhook(clientId: string, body: Omit<WebhookBody, "signature">): string {
  const parts = [clientId, String(body.timestamp), String(body.nonce), body.dataEncrypt];
  return createHash("sha1").update(parts.sort().join("")).digest("hex");
}

function isSignedWith({ clientId }: WebhookCredentials, body: WebhookBody): boolean {
  const expected = Buffer.from(signWebhook(clientId, body), "hex");
  return timingSafeEqual(expected, Buffer.from(body.signature, "hex"));
}

/** What the webhook says; nothing at all when it was not encrypted with this secret. */
function decrypt(credentials: WebhookCredentials, dataEncrypt: string): WebhookPayload {
  const key = Buffer.from(credentials.clientSecret);
  try {
    // AES-128, -192 or -256 by the length of the key (documented); there is no cipher for another.
    const cipher = `aes-${key.length * 8}-cbc`;
    const decipher = createDecipheriv(cipher, key, webhookIv(credentials.clientId));
    const plain = Buffer.concat([
      decipher.update(Buffer.from(dataEncrypt, "base64")),
      decipher.final(),
    ]);
    return payloadSchema.parse(JSON.parse(plain.toString()));
  } catch {
    return {};
  }
}

/** The documented initialisation vector for a client id. */
export function webhookIv(clientId: string): Buffer {
  const iv = Buffer.alloc(IV_BYTES);
  Buffer.from(clientId).copy(iv, 0, 0, IV_BYTES);
  return iv;
}

function deliveryIdOf({ dataEncrypt, timestamp, nonce }: WebhookBody): string {
  const parts = [dataEncrypt, String(timestamp), String(nonce)];
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}

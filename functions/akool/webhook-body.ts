import { createHash, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import { parseLenientJson } from "#domain/text/lenient-json.ts";
import { repairedJson } from "./repaired-json.ts";
import { epochMs } from "./spellings.ts";

/** AKOOL signs a webhook with the client id, and encrypts it with the secret, which is the API key. */
export interface WebhookCredentials {
  clientId: string;
  clientSecret: string;
}

/** What the signature covers. Each part keeps its spelling, such as leading zeros. */
export interface SignedParts {
  dataEncrypt: string;
  timestamp: string | number;
  nonce: string | number;
}

/** A webhook as it was sent; nothing of it is verified yet. */
export interface WebhookBody extends SignedParts {
  /** 40 hexadecimal digits. */
  signature: string;
}

/** AKOOL's webhooks have a few hundred bytes, with the payload as base64. */
const MAX_ENCRYPTED_TEXT = 8_192;

/** Base64 in either alphabet, with or without its padding. */
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** AKOOL may add members; the documented check concerns these four. */
const bodySchema = z.object({
  signature: z.string().check(z.trim(), z.regex(/^[0-9a-f]{40}$/i)),
  dataEncrypt: z.string().check(
    z.maxLength(MAX_ENCRYPTED_TEXT),
    z.refine((text) => BASE64.test(withoutBreaks(text))),
  ),
  /** Documented as milliseconds; `ageOf` reads other spellings. */
  timestamp: z.union([z.number(), z.string().check(z.maxLength(64), z.regex(/^(?!\d{17})/))]),
  /** Documented as a number and as a string. */
  nonce: z.union([z.number(), z.string().check(z.maxLength(128))]),
});

/** @returns undefined for a text that lacks one of the four members, or has a malformed one */
export function readWebhookBody(text: string): WebhookBody | undefined {
  const body = parseLenientJson(text) ?? parseLenientJson(repairedJson(text) ?? "");
  const parsed = bodySchema.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

/**
 * The parts of the body that were signed with the client id: as they were sent or, if a sender has broken
 * the base64 text into lines after signing it, without the breaks.
 *
 * @returns undefined when the signature covers neither
 */
export function signedParts(
  { clientId }: WebhookCredentials,
  { signature, dataEncrypt, timestamp, nonce }: WebhookBody,
): SignedParts | undefined {
  const sent = Buffer.from(signature, "hex");
  return [withoutBreaks(dataEncrypt), dataEncrypt]
    .map((text) => ({ dataEncrypt: text, timestamp, nonce }))
    .find((parts) => timingSafeEqual(Buffer.from(signWebhook(clientId, parts), "hex"), sent));
}

/** hex(SHA-1(the four parts as strings, in JavaScript's default order, without separator)). */
export function signWebhook(
  clientId: string,
  { dataEncrypt, timestamp, nonce }: SignedParts,
): string {
  const parts = [clientId, String(timestamp), String(nonce), dataEncrypt];
  return createHash("sha1").update(parts.sort().join("")).digest("hex");
}

/**
 * How far a webhook's time is from now, in milliseconds; infinite for a text that is no time. AKOOL
 * documents milliseconds; other units and spellings are recognized.
 */
export function ageOf(timestamp: string | number, now: number): number {
  const readings = [Number(timestamp), epochMs(timestamp) ?? Number.NaN];
  const ages = readings.map((ms) => Math.abs(now - ms)).filter((age) => !Number.isNaN(age));
  return Math.min(Number.POSITIVE_INFINITY, ...ages);
}

function withoutBreaks(text: string): string {
  return text.replace(/\s+/g, "");
}

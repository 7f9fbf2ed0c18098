import { createHash, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import { parseLenientJson } from "#domain/text/lenient-json.ts";
import { repairedJson } from "./repaired-json.ts";
import { epochMs } from "./spellings.ts";

/** What AKOOL signs and encrypts a webhook with; the secret is the API key. */
export interface WebhookCredentials {
  clientId: string;
  clientSecret: string;
}

/** What the signature covers. Each part counts as it was spelled: leading zeros must survive. */
export interface SignedParts {
  dataEncrypt: string;
  timestamp: string | number;
  nonce: string | number;
}

/** A webhook as it was sent; nothing of it is proved yet. */
export interface WebhookBody extends SignedParts {
  /** 40 hexadecimal digits. */
  signature: string;
}

/** A webhook of AKOOL is a few hundred bytes; base64 text of the payload included. */
const MAX_ENCRYPTED_TEXT = 8_192;

/** Base64 in either alphabet, with or without its padding. */
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** AKOOL may add members; these four are all that the documented check is about. */
const bodySchema = z.object({
  signature: z.string().check(z.trim(), z.regex(/^[0-9a-f]{40}$/i)),
  dataEncrypt: z.string().check(
    z.maxLength(MAX_ENCRYPTED_TEXT),
    z.refine((text) => BASE64.test(withoutBreaks(text))),
  ),
  /** Documented as milliseconds; what it says, `ageOf` finds out. */
  timestamp: z.union([z.number(), z.string().check(z.maxLength(64), z.regex(/^(?!\d{17})/))]),
  /** Documented as a number and as a string. */
  nonce: z.union([z.number(), z.string().check(z.maxLength(128))]),
});

/** Reads a webhook's text; nothing when it lacks one of the four members, or one is malformed. */
export function readWebhookBody(text: string): WebhookBody | undefined {
  const body = parseLenientJson(text) ?? parseLenientJson(repairedJson(text) ?? "");
  const parsed = bodySchema.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

/**
 * What of the body was signed with the client id: the parts as they were sent or, where a sender has
 * broken the base64 text into lines after signing it, without the breaks.
 *
 * @returns nothing when the signature covers neither
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
 * How far a webhook's time is from now, in milliseconds: without end for what is none. AKOOL documents
 * milliseconds; any other spelling of an instant is told from them.
 */
export function ageOf(timestamp: string | number, now: number): number {
  const readings = [Number(timestamp), epochMs(timestamp) ?? Number.NaN];
  const ages = readings.map((ms) => Math.abs(now - ms)).filter((age) => !Number.isNaN(age));
  return Math.min(Number.POSITIVE_INFINITY, ...ages);
}

function withoutBreaks(text: string): string {
  return text.replace(/\s+/g, "");
}

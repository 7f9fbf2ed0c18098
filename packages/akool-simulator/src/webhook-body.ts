import { createCipheriv, createHash } from "node:crypto";

/** What AKOOL signs and encrypts with. */
export interface WebhookKeys {
  readonly clientId: string;
  /** The same value as the API key. */
  readonly clientSecret: string;
}

/** What tells one delivery from another. */
interface DeliveryMark {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** AKOOL's documents show both kinds; leading zeros count. */
  readonly nonce: string | number;
}

/** The JSON body of a webhook. */
export interface WebhookBody extends DeliveryMark {
  readonly signature: string;
  readonly dataEncrypt: string;
}

/** The documented lengths of a key choose the cipher: AES-128, -192 or -256. */
const cipherKeyBytes: readonly number[] = [16, 24, 32];

/** Whether webhooks can be encrypted with an API key at all. */
export function isWebhookSecret(apiKey: string): boolean {
  return cipherKeyBytes.includes(Buffer.byteLength(apiKey));
}

/**
 * Makes a webhook as AKOOL documents it. Written from the documentation alone, deliberately not
 * from the code that opens webhooks, so that a misreading is not repeated.
 *
 * @param payload - the text to encrypt
 * @throws RangeError for a key of another length than 16, 24 or 32 bytes
 */
export function webhookBody(
  { clientId, clientSecret }: WebhookKeys,
  payload: string,
  { timestamp, nonce }: DeliveryMark,
): WebhookBody {
  const key = Buffer.from(clientSecret);
  if (!isWebhookSecret(clientSecret)) throw new RangeError(`no cipher has ${key.length} key bytes`);
  const iv = Buffer.concat([Buffer.from(clientId), Buffer.alloc(16)], 16);
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv);
  const dataEncrypt = cipher.update(payload, "utf8", "base64") + cipher.final("base64");
  return {
    signature: signature([clientId, timestamp, nonce, dataEncrypt]),
    dataEncrypt,
    timestamp,
    nonce,
  };
}

/** The order is that of JavaScript's `sort()`: by code units, which no locale changes. */
function signature(parts: readonly (string | number)[]): string {
  const sorted = parts.map((part) => `${part}`).toSorted((a, b) => (a < b ? -1 : Number(a > b)));
  const hash = createHash("sha1");
  for (const part of sorted) hash.update(part, "utf8");
  return hash.digest("hex");
}

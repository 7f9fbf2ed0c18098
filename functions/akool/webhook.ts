import { createHash } from "node:crypto";
import {
  ageOf,
  readWebhookBody,
  type SignedParts,
  signedParts,
  type WebhookCredentials,
} from "./webhook-body.ts";
import { openPayload, type WebhookPayload } from "./webhook-payload.ts";

/** A webhook that was made with our credentials, within the time window. */
export interface VerifiedWebhook extends WebhookPayload {
  /** The same for a repeated delivery, which is how AKOOL retries. */
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

/**
 * Opens a webhook by AKOOL's documented algorithm.
 *
 * There is no secret in the signature and no MAC on the ciphertext, so even a verified webhook is
 * only a hint to poll AKOOL now.
 *
 * @returns undefined for any fault, without a reason: the sender must not learn it
 */
export function openWebhook(text: string, policy: WebhookPolicy): VerifiedWebhook | undefined {
  const body = readWebhookBody(text);
  if (body === undefined || !(ageOf(body.timestamp, policy.now) <= policy.windowMs))
    return undefined;
  for (const credentials of policy.credentials) {
    const signed = signedParts(credentials, body);
    const payload = signed && openPayload(credentials, signed.dataEncrypt);
    if (payload) return { ...payload, deliveryId: deliveryIdOf(signed) };
  }
  return undefined;
}

/** Covers what was signed, not what was sent: another spelling is the same delivery. */
function deliveryIdOf({ dataEncrypt, timestamp, nonce }: SignedParts): string {
  const parts = [dataEncrypt, String(timestamp), String(nonce)];
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}

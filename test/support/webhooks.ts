import { createCipheriv } from "node:crypto";
import { signWebhook } from "#akool/webhook-body.ts";
import { webhookIv } from "#akool/webhook-payload.ts";

const CIPHERS: Record<number, string> = { 16: "aes-128-cbc", 24: "aes-192-cbc", 32: "aes-256-cbc" };

/** What a sender does who follows AKOOL's documented algorithm. */
export function seal(
  payload: string,
  clientId: string,
  clientSecret: string,
  timestamp = 1,
  nonce: string | number = "0042",
) {
  const cipher = createCipheriv(
    CIPHERS[clientSecret.length] ?? "",
    clientSecret,
    webhookIv(clientId),
  );
  const dataEncrypt = Buffer.concat([cipher.update(payload), cipher.final()]).toString("base64");
  const body = { dataEncrypt, timestamp, nonce };
  return { ...body, signature: signWebhook(clientId, body) };
}

import { defaultApiKey, defaultClientId } from "@akool-archiver/akool-simulator/simulator.ts";
import { webhookBody } from "@akool-archiver/akool-simulator/webhook-body.ts";
import type { WebhookStatus } from "@akool-archiver/akool-simulator/webhook-plan.ts";
import type * as z from "zod/mini";
import { type ApiAnswer, send, sendSigned } from "#rehearsal/deployment/requests.ts";
import type { Stage } from "./scenario.ts";

const JSON_BODY = { "content-type": "application/json" };

/** Calls the HTTP API as a caller with an IAM identity. */
export function call(
  { emulator, stack }: Stage,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<ApiAnswer> {
  return sendSigned(emulator, request(stack.output("ApiUrl"), method, path, body, headers));
}

/** Calls the HTTP API as anybody. */
export function callUnsigned({ emulator, stack }: Stage, method: string, path: string) {
  return send(emulator, request(stack.output("ApiUrl"), method, path, undefined, {}));
}

/** Posts to the address that AKOOL is given. */
export function postWebhook({ emulator, stack }: Stage, body: unknown): Promise<ApiAnswer> {
  const url = stack.output("WebhookUrl");
  return send(emulator, { method: "POST", url, headers: JSON_BODY, body: JSON.stringify(body) });
}

let nonce = 1_000;

/** @returns the body of one delivery, as AKOOL signs and encrypts it */
export function webhookOf(id: string, status: WebhookStatus) {
  nonce += 1;
  const keys = { clientId: defaultClientId, clientSecret: defaultApiKey };
  const payload = JSON.stringify({ _id: id, status, type: "avatar", url: "" });
  return webhookBody(keys, payload, { timestamp: Date.now(), nonce });
}

/** @throws ZodError, SyntaxError */
export function jsonOf<T>(answer: ApiAnswer, schema: z.ZodMiniType<T>): T {
  return schema.parse(JSON.parse(answer.body.toString()));
}

function request(
  base: string,
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
) {
  const url = new URL(path, base).href;
  if (body === undefined) return { method, url, headers };
  return { method, url, headers: { ...JSON_BODY, ...headers }, body: JSON.stringify(body) };
}

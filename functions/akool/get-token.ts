import * as z from "zod/mini";
import type { Trouble } from "#domain/job/observation.ts";
import { readToken } from "#domain/settings/akool-credentials.ts";
import { readAs } from "#domain/settings/read-as.ts";
import { codeOrStatus, readAnswer } from "./answer.ts";
import { meaningOf, type PollMeaning, SUCCESS } from "./business-codes.ts";
import { errorKind, exchange, type HttpAnswer, type Send } from "./exchange.ts";
import { parseTolerantly } from "./tolerant-json.ts";

/** AKOOL issues no token: the client id or the client secret is wrong. */
export class TokenRefused extends Error {
  override readonly name = "TokenRefused";
}

/** AKOOL did not answer, or could not; the next call asks again. */
export class TokenUnavailable extends Error {
  override readonly name = "TokenUnavailable";
}

/** What it means for a call that there is no credential for it. */
export function credentialTrouble(error: unknown): Trouble {
  return error instanceof TokenUnavailable
    ? { kind: "unavailable", detail: `no token: ${error.message}` }
    : { kind: "account_fault", detail: `no API key: ${errorKind(error)}` };
}

export interface GetToken {
  baseUrl: string;
  clientId: string;
  clientSecret: string;
  /** Default: the built-in fetch. */
  send?: Send | undefined;
}

/** Precedes a poll, within the time of it. */
const TIMEOUT_MS = 8_000;
/** Illegal or expired token (documented). */
const TOKEN_EXPIRED = 1101;
/** Codes about the account or the request, as opposed to AKOOL's own state. */
const REFUSALS: ReadonlySet<PollMeaning> = new Set(["account_fault", "rejected", "not_found"]);

/** At the top level of the answer (documented). */
const tokenSchema = z.object({ token: readAs(z.string(), readToken) });

/**
 * Asks AKOOL for a token (`POST /v3/getToken`, documented).
 *
 * @throws TokenRefused, TokenUnavailable; neither quotes what was sent
 */
export async function getToken(request: GetToken): Promise<string> {
  const { status, body } = await post(request);
  const code = readAnswer(body)?.code;
  const { token } = tokenSchema.safeParse(parseTolerantly(body)).data ?? {};
  if (code === SUCCESS && token !== undefined) return token;
  const detail = codeOrStatus(status, code);
  throw isRefusal(status, code) ? new TokenRefused(detail) : new TokenUnavailable(detail);
}

/** Whether AKOOL's answer says that the token of the request is invalid or has expired. */
export function refusesToken({ body }: HttpAnswer): boolean {
  return readAnswer(body)?.code === TOKEN_EXPIRED;
}

async function post({ baseUrl, clientId, clientSecret, send = fetch }: GetToken) {
  try {
    return await exchange({
      baseUrl,
      path: "/v3/getToken",
      body: { clientId, clientSecret },
      send,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    // Without a `cause`, whose message could quote the credentials.
    throw new TokenUnavailable(`no answer: ${errorKind(error)}`);
  }
}

function isRefusal(status: number, code: number | undefined): boolean {
  return code === undefined ? status === 401 || status === 403 : REFUSALS.has(meaningOf(code).poll);
}

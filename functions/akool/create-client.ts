import type { CharacterSwap } from "#domain/job/character-swap.ts";
import type { ApiKeySource } from "./client.ts";
import { type CreateOutcome, notNow, outcomeOf } from "./create-outcome.ts";
import { errorKind } from "./error-kind.ts";
import { exchange, isNeverSent, isToken, type Send } from "./exchange.ts";
import { sendOnFreshConnection } from "./fresh-connection.ts";
import { credentialTrouble, refusesToken } from "./get-token.ts";

export interface CreateClient {
  /**
   * Sends the billable call, once; after AKOOL's word that the token was over, with which nothing is
   * made, once more with another token. Never rejects.
   * @param webhookUrl where AKOOL is to call when the job moves
   */
  createCharacterSwap(request: CharacterSwap, webhookUrl?: string): Promise<CreateOutcome>;
}

export interface CreateClientOptions {
  baseUrl: string;
  credentials: ApiKeySource;
  /** Rejects with NeverSent where that is proved; the default is {@link sendOnFreshConnection}. */
  fetch?: Send;
  /** Milliseconds; default 20 s, within the function's 29. */
  timeoutMs?: number;
}

/** The client for characterSwap/create. */
export function createCreateClient(options: CreateClientOptions): CreateClient {
  return {
    async createCharacterSwap(swap, webhookUrl) {
      // All lower case in the request (documented); the result calls it webhookUrl.
      const body = { ...swap, webhookurl: webhookUrl };
      const call = { ...options, body, signal: AbortSignal.timeout(options.timeoutMs ?? 20_000) };
      const first = await create(call);
      return first.refused === undefined
        ? first.outcome
        : (await create(call, first.refused)).outcome;
    },
  };
}

interface Call extends CreateClientOptions {
  body: object;
  /** For both requests, should there be two. */
  signal: AbortSignal;
}

interface Created {
  outcome: CreateOutcome;
  /** The token that AKOOL has refused, which another one may be had for: nothing was made with it. */
  refused?: string;
}

async function create(call: Call, refused?: string): Promise<Created> {
  let apiKey: string;
  try {
    // Read anew: a key that was rotated would end this call, and only its caller may repeat it.
    apiKey = await call.credentials.freshApiKey(refused);
  } catch (error) {
    const { kind, detail } = credentialTrouble(error);
    return { outcome: notNow(kind, detail) };
  }
  try {
    const answer = await request(call, apiKey);
    const outcome = outcomeOf(answer);
    const isOver = outcome.kind === "not_now" && isToken(apiKey) && refusesToken(answer);
    return isOver && refused === undefined ? { outcome, refused: apiKey } : { outcome };
  } catch (error) {
    return { outcome: afterNoAnswer(error) };
  }
}

async function request({ baseUrl, body, signal, fetch: send }: Call, apiKey: string) {
  return exchange({
    baseUrl,
    // v4 for creation, although the result is read from v3 (documented).
    path: "/v4/characterSwap/create",
    credential: apiKey,
    body,
    send: send ?? sendOnFreshConnection,
    signal,
  });
}

function afterNoAnswer(error: unknown): CreateOutcome {
  return isNeverSent(error)
    ? notNow("unavailable", `no connection: ${errorKind(error.cause)}`)
    : { kind: "unknown", detail: `no answer: ${errorKind(error)}` };
}

import type { CharacterSwap } from "#domain/swaps/character-swap.ts";
import type { ApiKeySource } from "./client.ts";
import { type CreateOutcome, notNow, outcomeOf } from "./create-outcome.ts";
import { errorKind, exchange, isNeverSent, isToken, type Send } from "./exchange.ts";
import { sendOnFreshConnection } from "./fresh-connection.ts";
import { credentialTrouble, refusesToken } from "./get-token.ts";

export interface CreateClient {
  /**
   * Sends the billable call, once. Only when AKOOL answers that the token has expired, which means that
   * nothing was made, it is sent once more with another token. Never rejects.
   *
   * @param webhookUrl where AKOOL is to call when the job moves
   */
  createCharacterSwap(request: CharacterSwap, webhookUrl?: string): Promise<CreateOutcome>;
}

export interface CreateClientOptions {
  baseUrl: string;
  credentials: ApiKeySource;
  /** Rejects with NeverSent if that is proved; default {@link sendOnFreshConnection}. */
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
  /** For both requests, if there are two. */
  signal: AbortSignal;
}

interface Created {
  outcome: CreateOutcome;
  /** The expired token that AKOOL refused: nothing was made, and another token may work. */
  refused?: string;
}

async function create(call: Call, refused?: string): Promise<Created> {
  let apiKey: string;
  try {
    // Not cached: a rotated key would fail this call, which only its caller may repeat.
    apiKey = await call.credentials.freshApiKey(refused);
  } catch (error) {
    const { kind, detail } = credentialTrouble(error);
    return { outcome: notNow(kind, detail) };
  }
  try {
    const answer = await request(call, apiKey);
    const outcome = outcomeOf(answer);
    const isExpired = outcome.kind === "not_now" && isToken(apiKey) && refusesToken(answer);
    return isExpired && refused === undefined ? { outcome, refused: apiKey } : { outcome };
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

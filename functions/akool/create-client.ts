import type { CharacterSwap } from "#domain/character-swap.ts";
import type { ApiKeySource } from "./client.ts";
import { type CreateOutcome, notNow, outcomeOf } from "./create-outcome.ts";
import { errorKind } from "./error-kind.ts";
import { exchange, isNeverSent, type Send } from "./exchange.ts";
import { sendOnFreshConnection } from "./fresh-connection.ts";

export interface CreateClient {
  /**
   * Sends the billable call, once. Never rejects.
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
      let apiKey: string;
      try {
        // Read anew: the call is sent once, so there is no second try with a key that was rotated.
        apiKey = await options.credentials.freshApiKey();
      } catch {
        return notNow("account_fault", "AKOOL's API key cannot be read");
      }
      try {
        // All lower case in the request (documented); the result calls it webhookUrl.
        return outcomeOf(await request(options, apiKey, { ...swap, webhookurl: webhookUrl }));
      } catch (error) {
        return afterNoAnswer(error);
      }
    },
  };
}

async function request(options: CreateClientOptions, apiKey: string, body: object) {
  return exchange({
    baseUrl: options.baseUrl,
    // v4 for creation, although the result is read from v3 (documented).
    path: "/v4/characterSwap/create",
    apiKey,
    body,
    send: options.fetch ?? sendOnFreshConnection,
    signal: AbortSignal.timeout(options.timeoutMs ?? 20_000),
  });
}

function afterNoAnswer(error: unknown): CreateOutcome {
  return isNeverSent(error)
    ? notNow("unavailable", `no connection: ${errorKind(error.cause)}`)
    : { kind: "unknown", detail: `no answer: ${errorKind(error)}` };
}

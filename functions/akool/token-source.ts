import * as z from "zod/mini";
import { parseLenientJson } from "#domain/text/lenient-json.ts";
import type { Send } from "./exchange.ts";
import { getToken, TokenRefused } from "./get-token.ts";

/** What tokens come from: a configured token, or client id and secret, or both. */
interface TokenCredentials {
  token?: string | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
}

export interface TokenSource {
  /**
   * A token that AKOOL accepts, as far as is known.
   *
   * @param refused the token that AKOOL has just refused
   * @throws TokenRefused, TokenUnavailable
   */
  tokenFor(credentials: TokenCredentials, refused?: string): Promise<string>;
}

export interface TokenSourceOptions {
  baseUrl: string;
  send?: Send;
  /** Epoch milliseconds. */
  now?: () => number;
}

/** Documented: a token is valid for more than a year. */
const LIFETIME_MS = 365 * 24 * 3_600_000;
/** A token is not used this close to its end: a call takes time, and clocks differ. */
const MARGIN_MS = 5 * 60_000;

/** The token of an account, issued or still awaited. */
interface CachedToken {
  owner: string;
  token: Promise<string>;
  /** Epoch milliseconds; infinite while it is awaited. */
  until: number;
}

/**
 * Caches the account's token, and gets another one from AKOOL before it expires, or when AKOOL has
 * refused it. However many calls need a new one at once, AKOOL is asked once. Decision 0051.
 */
export function createTokenSource({
  baseUrl,
  send,
  now = Date.now,
}: TokenSourceOptions): TokenSource {
  const refusals = new Set<string>();
  let cached: CachedToken | undefined;

  function renewed(owner: string, clientId: string, clientSecret: string): Promise<string> {
    const token = getToken({ baseUrl, clientId, clientSecret, send });
    const renewal: CachedToken = { owner, token, until: Infinity };
    cached = renewal;
    token.then(
      (text) => {
        renewal.until = endOf(text) ?? now() + LIFETIME_MS;
      },
      () => {
        if (cached === renewal) cached = undefined;
      },
    );
    return token;
  }

  async function obtained(clientId: string, clientSecret: string): Promise<string> {
    const owner = JSON.stringify([clientId, clientSecret]);
    const before = cached;
    if (before?.owner !== owner || now() > before.until - MARGIN_MS) {
      return renewed(owner, clientId, clientSecret);
    }
    const token = await before.token;
    if (!refusals.has(token)) return token;
    // The first caller to find it refused renews it; the others wait for that renewal.
    return cached === before
      ? renewed(owner, clientId, clientSecret)
      : obtained(clientId, clientSecret);
  }

  return {
    async tokenFor({ token, clientId, clientSecret }, refused) {
      if (refused !== undefined) refusals.add(refused);
      const canObtain = clientId !== undefined && clientSecret !== undefined;
      if (token !== undefined && !(canObtain && isSpent(token))) return token;
      if (canObtain) return obtained(clientId, clientSecret);
      throw new TokenRefused("there is nothing to get a token with");
    },
  };

  function isSpent(token: string): boolean {
    return refusals.has(token) || now() > (endOf(token) ?? Infinity) - MARGIN_MS;
  }
}

const claimsSchema = z.object({ exp: z.number() });

/** When a token expires, in epoch milliseconds, if it says so (a JWT). */
function endOf(token: string): number | undefined {
  const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  const parsed = claimsSchema.safeParse(parseLenientJson(claims));
  return parsed.success ? parsed.data.exp * 1_000 : undefined;
}

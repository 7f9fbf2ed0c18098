import * as z from "zod/mini";
import { codeOrStatus, readAnswer } from "./answer.ts";
import { SUCCESS } from "./business-codes.ts";
import type { ApiKeySource } from "./client.ts";
import { errorKind, exchange, type HttpAnswer, isToken, type Send } from "./exchange.ts";
import { refusesToken } from "./get-token.ts";
import { parseTolerantly } from "./tolerant-json.ts";

/** What AKOOL says is left on the account. */
export interface Balance {
  credits: number;
  /** When it was asked, epoch milliseconds. */
  at: number;
}

/**
 * Reads the balance of AKOOL's account. Never rejects: nothing else depends on it.
 *
 * @returns undefined while AKOOL does not tell
 */
export type ReadBalance = () => Promise<Balance | undefined>;

export interface BalanceOptions {
  baseUrl: string;
  credentials: ApiKeySource;
  /** Default: the built-in fetch. */
  fetch?: Send;
  /** Epoch milliseconds. */
  now: () => number;
  /** Told why there is no balance; never what was sent. */
  onFailure: (reason: string) => void;
}

/** However often somebody looks; a failure is passed over for as long. Decision 0053. */
const LASTS_MS = 5 * 60_000;
/** For both requests, if there are two: whoever waits for it wants to see something else as well. */
const TIMEOUT_MS = 3_000;

/** As documented; whether credits that running jobs have locked are counted is not said. */
const balanceSchema = z.object({ data: z.object({ credit: z.number() }) });

/** AKOOL has answered, and not with a balance. */
class NoBalance extends Error {
  override readonly name = "NoBalance";
}

/** Asks AKOOL (`GET /v3/faceswap/quota/info`, documented) once in five minutes, by one call at a time. */
export function createBalanceReader(options: BalanceOptions): ReadBalance {
  const { now, onFailure } = options;
  let asked: { at: number; answer: Promise<Balance | undefined> } | undefined;
  return async () => {
    if (asked === undefined || now() - asked.at >= LASTS_MS) {
      const at = now();
      const answer = ask(options).then(
        (credits) => ({ credits, at }),
        (error: unknown) => {
          onFailure(error instanceof NoBalance ? error.message : errorKind(error));
          return undefined;
        },
      );
      asked = { at, answer };
    }
    return asked.answer;
  };
}

async function ask(options: BalanceOptions): Promise<number> {
  const { credentials } = options;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const key = await credentials.apiKey();
  const answer = await request(options, key, signal);
  if (!isToken(key) || !refusesToken(answer)) return creditsIn(answer);
  return creditsIn(await request(options, await credentials.freshApiKey(key), signal));
}

function request(
  { baseUrl, fetch: send = fetch }: BalanceOptions,
  key: string,
  signal: AbortSignal,
) {
  return exchange({ baseUrl, path: "/v3/faceswap/quota/info", credential: key, send, signal });
}

function creditsIn({ status, body }: HttpAnswer): number {
  const code = readAnswer(body)?.code;
  const { data } = balanceSchema.safeParse(parseTolerantly(body)).data ?? {};
  if (code === SUCCESS && data !== undefined) return data.credit;
  throw new NoBalance(codeOrStatus(status, code));
}

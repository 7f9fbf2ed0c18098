import { setTimeout as sleep } from "node:timers/promises";
import type { Observation, Trouble } from "#domain/job/observation.ts";
import { errorKind, exchange, type HttpAnswer, isToken, type Send } from "./exchange.ts";
import { credentialTrouble, refusesToken } from "./get-token.ts";
import { interpret } from "./interpret.ts";

/** The credential for AKOOL: the API key, or `Bearer` and a token. Both methods reject without one. */
export interface ApiKeySource {
  /** The key, cached for a few minutes. */
  apiKey(): Promise<string>;
  /**
   * The key as it is stored now; `apiKey` returns it from then on.
   *
   * @param refused what AKOOL has just refused; a token is then renewed
   */
  freshApiKey(refused?: string): Promise<string>;
}

export interface AkoolClientOptions {
  /** AKOOL's API, for example `https://openapi.akool.com/api/open`. */
  baseUrl: string;
  credentials: ApiKeySource;
  /** Default: the built-in fetch. */
  fetch?: Send;
  /** For one request, milliseconds; default 10 s. */
  requestTimeoutMs?: number;
  /** Pause before the one repetition, milliseconds; default 500. */
  repeatAfterMs?: number;
}

/** For all requests of one poll, milliseconds: within the function's 30 s. */
const POLL_BUDGET_MS = 22_000;

export interface AkoolClient {
  /** Polls a job once. Never rejects: whatever goes wrong is an observation. Decision 0004. */
  poll(videoModelId: string): Promise<Observation>;
}

/** The client for infobymodelid on the built-in fetch. */
export function createAkoolClient(options: AkoolClientOptions): AkoolClient {
  return {
    async poll(videoModelId) {
      const target = { videoModelId, budget: AbortSignal.timeout(POLL_BUDGET_MS) };
      const first = await pollWithKey(options, target);
      if (!first.worthRepeating) return first.observation;
      await sleep(pauseOf(options));
      return (await pollWithKey(options, target)).observation;
    },
  };
}

interface Target {
  videoModelId: string;
  budget: AbortSignal;
}

interface Poll {
  observation: Observation;
  /** Quick failures of the transport or the server are repeated once; a timeout has used up the budget. */
  worthRepeating: boolean;
  /** AKOOL says that the token has expired. It says the same of an account that has not paid. */
  tokenExpired?: boolean;
}

/**
 * A refused key may have been rotated since it was read. The poll is then repeated with the new one, so
 * that a warm container does not delay the job until its next poll. Without any key the poll is an
 * account fault like any other. Decision 0013.
 */
async function pollWithKey(options: AkoolClientOptions, target: Target): Promise<Poll> {
  const { credentials } = options;
  let apiKey: string;
  try {
    apiKey = await credentials.apiKey();
  } catch (error) {
    return final(credentialTrouble(error));
  }
  const poll = await pollOnce(options, target, apiKey);
  if (poll.observation.kind !== "account_fault") return poll;
  const refused = poll.tokenExpired ? apiKey : undefined;
  const freshKey = await credentials.freshApiKey(refused).catch(() => apiKey);
  return freshKey === apiKey ? poll : pollOnce(options, target, freshKey);
}

/** Never rejects. */
async function pollOnce(
  options: AkoolClientOptions,
  target: Target,
  apiKey: string,
): Promise<Poll> {
  try {
    const answer = await request(options, target, apiKey);
    const observation = interpret(target.videoModelId, answer);
    return {
      observation,
      worthRepeating: answer.status >= 500 && mayRepeatNow(answer, options),
      tokenExpired: isToken(apiKey) && refusesToken(answer),
    };
  } catch (error) {
    const kind = errorKind(error);
    const observation: Trouble = { kind: "unavailable", detail: `no answer: ${kind}` };
    return { observation, worthRepeating: kind !== "TimeoutError" };
  }
}

/** Not if the server asks for a longer pause than a poll allows. */
function mayRepeatNow({ retryAfterSeconds = 0 }: HttpAnswer, options: AkoolClientOptions): boolean {
  return retryAfterSeconds * 1_000 <= pauseOf(options);
}

function pauseOf({ repeatAfterMs = 500 }: AkoolClientOptions): number {
  return repeatAfterMs;
}

async function request(options: AkoolClientOptions, target: Target, apiKey: string) {
  const timeout = AbortSignal.timeout(options.requestTimeoutMs ?? 10_000);
  const query = new URLSearchParams({ video_model_id: target.videoModelId });
  return exchange({
    baseUrl: options.baseUrl,
    path: `/v3/content/video/infobymodelid?${query}`,
    credential: apiKey,
    send: options.fetch ?? fetch,
    signal: AbortSignal.any([timeout, target.budget]),
  });
}

function final(observation: Observation): Poll {
  return { observation, worthRepeating: false };
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Observation, Trouble } from "#domain/observation.ts";
import { maskSecrets } from "#domain/redaction.ts";
import { boundedText } from "./bounded-text.ts";
import { interpret } from "./interpret.ts";

/** Gives the API key; both reject when it cannot be had. */
export interface ApiKeySource {
  /** The key, for a few minutes as it was last read. */
  apiKey(): Promise<string>;
  /** The key as it is stored at this moment, which is what `apiKey` gives from then on. */
  freshApiKey(): Promise<string>;
}

export interface AkoolClientOptions {
  /** AKOOL's API, for example `https://openapi.akool.com/api/open`. */
  baseUrl: string;
  credentials: ApiKeySource;
  fetch?: typeof fetch;
  /** For one request, milliseconds; default 10 s. */
  requestTimeoutMs?: number;
  /** Pause before the one repetition, milliseconds; default 500. */
  repeatAfterMs?: number;
}

/** For all requests of one look, milliseconds: within the function's 30 s. */
const LOOK_BUDGET_MS = 22_000;

export interface AkoolClient {
  /** One look at a job. Never rejects: whatever goes wrong is an observation. */
  look(videoModelId: string): Promise<Observation>;
}

/** The client for infobymodelid on the built-in fetch. */
export function createAkoolClient(options: AkoolClientOptions): AkoolClient {
  return {
    async look(videoModelId) {
      const target = { videoModelId, budget: AbortSignal.timeout(LOOK_BUDGET_MS) };
      const first = await lookWithKey(options, target);
      if (!first.worthRepeating) return first.observation;
      await sleep(options.repeatAfterMs ?? 500);
      return (await lookWithKey(options, target)).observation;
    },
  };
}

interface Target {
  videoModelId: string;
  budget: AbortSignal;
}

interface Look {
  observation: Observation;
  /** Quick failures of the transport or the server are repeated once; a time-out has spent the budget. */
  worthRepeating: boolean;
}

/**
 * A refused key may have been rotated since it was read. Then the look is taken again with the new
 * one, so that a warm container does not let its job wait for another poll.
 */
async function lookWithKey(options: AkoolClientOptions, target: Target): Promise<Look> {
  const { credentials } = options;
  let apiKey: string;
  try {
    apiKey = await credentials.apiKey();
  } catch (error) {
    return final({ kind: "account_fault", detail: `no API key: ${nameOf(error)}` });
  }
  const look = await lookOnce(options, target, apiKey);
  if (look.observation.kind !== "account_fault") return look;
  const freshKey = await credentials.freshApiKey().catch(() => apiKey);
  return freshKey === apiKey ? look : lookOnce(options, target, freshKey);
}

/** Never rejects. */
async function lookOnce(
  options: AkoolClientOptions,
  target: Target,
  apiKey: string,
): Promise<Look> {
  try {
    const answer = await request(options, target, apiKey);
    const observation = interpret(target.videoModelId, answer);
    return { observation, worthRepeating: answer.status >= 500 };
  } catch (error) {
    const observation: Trouble = { kind: "unavailable", detail: `no answer: ${nameOf(error)}` };
    return { observation, worthRepeating: nameOf(error) !== "TimeoutError" };
  }
}

async function request(options: AkoolClientOptions, target: Target, apiKey: string) {
  const url = new URL(`${options.baseUrl.replace(/\/+$/, "")}/v3/content/video/infobymodelid`);
  url.searchParams.set("video_model_id", target.videoModelId);
  const timeout = AbortSignal.timeout(options.requestTimeoutMs ?? 10_000);
  const response = await (options.fetch ?? fetch)(url, {
    // Only x-api-key: if Authorization is sent too, it wins and this header is ignored.
    headers: { "x-api-key": apiKey, accept: "application/json" },
    // A redirect would carry the key to an address that we did not choose.
    redirect: "manual",
    signal: AbortSignal.any([timeout, target.budget]),
  });
  // What AKOOL says goes on record and to people: should it quote the key, that part must not.
  return { status: response.status, body: maskSecrets(await boundedText(response), [apiKey]) };
}

function final(observation: Observation): Look {
  return { observation, worthRepeating: false };
}

/** The kind of error only: a message could quote the request, and with it the key. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const cause: unknown = error.cause;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : error.name;
}

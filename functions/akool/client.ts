import { setTimeout as sleep } from "node:timers/promises";
import type { Observation, Trouble } from "#domain/observation.ts";
import { maskSecrets } from "#domain/redaction.ts";
import { boundedText } from "./bounded-text.ts";
import { interpret } from "./interpret.ts";

/** Gives the API key; throws when it cannot be had. `forget` makes the next call read it anew. */
export interface ApiKeySource {
  apiKey(): Promise<string>;
  forget(): void;
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

export interface AkoolClient {
  /** One look at a job. Never rejects: whatever goes wrong is an observation. */
  look(videoModelId: string): Promise<Observation>;
}

/** The client for infobymodelid on the built-in fetch. */
export function createAkoolClient(options: AkoolClientOptions): AkoolClient {
  return {
    async look(videoModelId) {
      const first = await lookOnce(options, videoModelId);
      if (!first.worthRepeating) return first.observation;
      await sleep(options.repeatAfterMs ?? 500);
      return (await lookOnce(options, videoModelId)).observation;
    },
  };
}

interface Look {
  observation: Observation;
  /** Quick failures of the transport or the server are repeated once; a time-out has spent the budget. */
  worthRepeating: boolean;
}

async function lookOnce(options: AkoolClientOptions, videoModelId: string): Promise<Look> {
  let apiKey: string;
  try {
    apiKey = await options.credentials.apiKey();
  } catch (error) {
    return final({ kind: "account_fault", detail: `no API key: ${nameOf(error)}` });
  }
  try {
    const answer = await request(options, videoModelId, apiKey);
    const observation = interpret(videoModelId, answer);
    if (observation.kind === "account_fault") options.credentials.forget();
    return { observation, worthRepeating: answer.status >= 500 };
  } catch (error) {
    const observation: Trouble = { kind: "unavailable", detail: `no answer: ${nameOf(error)}` };
    return { observation, worthRepeating: nameOf(error) !== "TimeoutError" };
  }
}

async function request(options: AkoolClientOptions, videoModelId: string, apiKey: string) {
  const url = new URL(`${options.baseUrl.replace(/\/+$/, "")}/v3/content/video/infobymodelid`);
  url.searchParams.set("video_model_id", videoModelId);
  const response = await (options.fetch ?? fetch)(url, {
    // Only x-api-key: if Authorization is sent too, it wins and this header is ignored.
    headers: { "x-api-key": apiKey, accept: "application/json" },
    // A redirect would carry the key to an address that we did not choose.
    redirect: "manual",
    signal: AbortSignal.timeout(options.requestTimeoutMs ?? 10_000),
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

import * as z from "zod/mini";
import type { CharacterSwap } from "#domain/character-swap.ts";
import { VIDEO_MODEL_ID_PATTERN } from "#domain/job.ts";
import type { Trouble } from "#domain/observation.ts";
import { parseJson } from "#domain/parse-json.ts";
import { maskSecrets, quotedText } from "#domain/redaction.ts";
import { boundedText } from "./bounded-text.ts";
import { meaningOf } from "./business-codes.ts";
import type { ApiKeySource } from "./client.ts";

/**
 * What became of the one billable call. `unknown` is the reason for this type: AKOOL's call has no
 * idempotency key, so a request of which no answer came must never be repeated blindly.
 */
export type CreateOutcome =
  | { kind: "created"; videoModelId: string }
  /** AKOOL has answered that it did not do it, and never will. */
  | { kind: "refused"; code: number; message: string }
  /** It was not done, for a reason that can pass: the same request may be sent again. */
  | { kind: "not_now"; trouble: Trouble["kind"]; detail: string }
  | { kind: "unknown"; detail: string };

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
  fetch?: typeof fetch;
  /** Milliseconds; default 20 s, within the function's 29. */
  timeoutMs?: number;
}

const createdSchema = z.object({ _id: z.string() });
/** The record of a submission has a size limit; no documented message is long. */
const MAX_MESSAGE = 2_000;

const envelopeSchema = z.object({
  code: z.int(),
  msg: z.catch(
    z.pipe(
      z.string(),
      z.transform((text) => quotedText(text, MAX_MESSAGE)),
    ),
    "",
  ),
  data: z.catch(z.optional(createdSchema), undefined),
});

/** Errors of a connection that was never made: AKOOL cannot have got the request. */
const NEVER_SENT: ReadonlySet<unknown> = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** The client for characterSwap/create. */
export function createCreateClient(options: CreateClientOptions): CreateClient {
  return {
    async createCharacterSwap(request, webhookUrl) {
      let apiKey: string;
      try {
        // Read anew: the call is sent once, so there is no second try with a key that was rotated.
        apiKey = await options.credentials.freshApiKey();
      } catch {
        return notNow("account_fault", "AKOOL's API key cannot be read");
      }
      try {
        const { status, body } = await post(options, apiKey, {
          ...request,
          // All lower case in the request (documented); the result calls it webhookUrl.
          webhookurl: webhookUrl,
        });
        return outcomeOf(status, body);
      } catch (error) {
        return afterNoAnswer(error);
      }
    },
  };
}

async function post(options: CreateClientOptions, apiKey: string, request: object) {
  // v4 for creation, although the result is read from v3 (documented).
  const url = `${options.baseUrl.replace(/\/+$/, "")}/v4/characterSwap/create`;
  const response = await (options.fetch ?? fetch)(url, {
    method: "POST",
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    body: JSON.stringify(request),
    redirect: "manual",
    signal: AbortSignal.timeout(options.timeoutMs ?? 20_000),
  });
  return { status: response.status, body: maskSecrets(await boundedText(response), [apiKey]) };
}

function outcomeOf(status: number, body: string): CreateOutcome {
  const parsed = envelopeSchema.safeParse(parseJson(body));
  if (!parsed.success) return withoutCode(status);
  const { code, msg, data } = parsed.data;
  const detail = `code ${code}${msg === "" ? "" : `: ${msg}`}`;
  const meaning = meaningOf(code);
  switch (meaning) {
    case "success":
      return created(data?._id ?? "", detail);
    case "rejected":
    case "not_found":
      // A gateway's word is no word of AKOOL's.
      return status < 500
        ? { kind: "refused", code, message: msg || "AKOOL gave no message" }
        : { kind: "unknown", detail: `HTTP ${status}, ${detail}` };
    case "account_fault":
    case "throttled":
      return notNow(meaning, detail);
    // "Try again later" and undocumented codes do not say that nothing was made, or charged.
    default:
      return { kind: "unknown", detail };
  }
}

/** An id that could not be followed is still one that was paid for: a person has to see it. */
function created(videoModelId: string, detail: string): CreateOutcome {
  if (VIDEO_MODEL_ID_PATTERN.test(videoModelId)) return { kind: "created", videoModelId };
  const found = videoModelId === "" ? "without an id" : `with the id ${videoModelId.slice(0, 100)}`;
  return { kind: "unknown", detail: `${detail}, ${found}` };
}

function withoutCode(status: number): CreateOutcome {
  const detail = `HTTP ${status} without a code`;
  if (status === 401 || status === 403) return notNow("account_fault", detail);
  if (status === 429) return notNow("throttled", detail);
  return { kind: "unknown", detail };
}

function afterNoAnswer(error: unknown): CreateOutcome {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (NEVER_SENT.has(code)) {
    return notNow("unavailable", `no connection: ${String(code)}`);
  }
  const name = error instanceof Error ? error.name : "unknown error";
  return { kind: "unknown", detail: `no answer: ${typeof code === "string" ? code : name}` };
}

function notNow(trouble: Trouble["kind"], detail: string): CreateOutcome {
  return { kind: "not_now", trouble, detail };
}

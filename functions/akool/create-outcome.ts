import type { Trouble } from "#domain/job/observation.ts";
import { VIDEO_MODEL_ID_PATTERN } from "#domain/job/tracking-request.ts";
import { cutText } from "#domain/text/cut-text.ts";
import { trimmed } from "#domain/text/lenient-json.ts";
import { quotedText } from "#domain/text/redaction.ts";
import { type AkoolAnswer, described, readAnswer } from "./answer.ts";
import { meaningOf } from "./business-codes.ts";
import type { HttpAnswer } from "./exchange.ts";
import { describeUncoded, isPage } from "./gateway.ts";

/** Of an answer whose outcome a person settles: it may hold the id under another name. */
const MAX_EXCERPT = 500;

/**
 * The outcome of the one billable call. `unknown` is the reason for this type: AKOOL's call has no
 * idempotency key, so a request without an answer must never be repeated blindly.
 */
export type CreateOutcome =
  | {
      kind: "created";
      videoModelId: string;
      /** Its `model_name`. */
      model?: string;
    }
  /** AKOOL answered that it did not do it, and never will. */
  | { kind: "refused"; code: number; message: string }
  /** It was not done, for a reason that may pass: the same request may be sent again. */
  | {
      kind: "not_now";
      trouble: Trouble["kind"];
      detail: string;
      /** How long AKOOL asks to wait. */
      retryAfterSeconds?: number;
    }
  | { kind: "unknown"; detail: string };

/**
 * What an answer to the billable call means. The order is the safe one: an id was paid for, whatever
 * else the answer says; a success without an id may have been; only after these may a status or a code
 * say that nothing was made.
 */
export function outcomeOf(http: HttpAnswer): CreateOutcome {
  const answer = readAnswer(http.body);
  const video = answer?.videos.find(({ id }) => id !== undefined);
  const id = video?.id ?? idInFragment(http, answer);
  const detail = answer === undefined ? describeUncoded(http) : described(answer);
  if (id !== undefined) return created(id, detail, video?.fields.model_name);
  const meaning = answer?.code === undefined ? undefined : meaningOf(answer.code);
  if (meaning?.create === "success") {
    const excerpt = quotedText(trimmed(http.body), MAX_EXCERPT);
    return { kind: "unknown", detail: `${detail}, without an id: ${excerpt}` };
  }
  if (answer === undefined && looksSuccessful(http)) {
    return { kind: "unknown", detail: `${detail}, which speaks of a success` };
  }
  const refusal = refusedByStatus(http, meaning?.poll === "throttled");
  if (refusal !== undefined) {
    return putOff(http, refusal, answer === undefined ? detail : `HTTP ${http.status}, ${detail}`);
  }
  return byCode(http, answer, detail);
}

function byCode(http: HttpAnswer, answer: AkoolAnswer | undefined, detail: string): CreateOutcome {
  if (answer?.code === undefined) return { kind: "unknown", detail };
  const { poll, create } = meaningOf(answer.code);
  if (create === "not_now")
    return putOff(http, poll === "throttled" ? poll : "account_fault", detail);
  // A gateway does not speak for AKOOL, and failed processing may have been charged.
  if (create !== "refused") return { kind: "unknown", detail };
  return http.status < 500
    ? { kind: "refused", code: answer.code, message: answer.message || "AKOOL gave no message" }
    : { kind: "unknown", detail: `HTTP ${http.status}, ${detail}` };
}

/** HTTP statuses that say that the request was not processed at all. */
function refusedByStatus(http: HttpAnswer, isThrottled: boolean): Trouble["kind"] | undefined {
  if (http.status === 429) return "throttled";
  if (http.status !== 401 && http.status !== 403) return undefined;
  if (isThrottled) return "throttled";
  return isPage(http) ? "unavailable" : "account_fault";
}

/** An id that cannot be tracked was still paid for: a person has to see it. */
function created(videoModelId: string, detail: string, model: unknown): CreateOutcome {
  if (VIDEO_MODEL_ID_PATTERN.test(videoModelId)) {
    return { kind: "created", videoModelId, ...(typeof model === "string" && { model }) };
  }
  const shown = cutText(videoModelId, 100);
  return { kind: "unknown", detail: `${detail}, with the id ${quotedText(shown, 100)}` };
}

/** An id as in all of AKOOL's samples. */
const ID_IN_FRAGMENT = /"_id"\s{0,9}:\s{0,9}(?:\{\s{0,9}"\$oid"\s{0,9}:\s{0,9})?"([0-9a-f]{24})"/i;
const SUCCESS_IN_FRAGMENT = /"code"\s{0,9}:\s{0,9}"?1000\b/;

/** The id in an answer that is no JSON, for example cut off after it; not in a page. */
function idInFragment(http: HttpAnswer, answer: AkoolAnswer | undefined): string | undefined {
  if (answer !== undefined || isPage(http)) return undefined;
  return ID_IN_FRAGMENT.exec(http.body)?.[1];
}

/** Whether an unreadable answer holds what only a success has. */
function looksSuccessful({ body }: HttpAnswer): boolean {
  return SUCCESS_IN_FRAGMENT.test(body) || ID_IN_FRAGMENT.test(body);
}

function putOff(http: HttpAnswer, trouble: Trouble["kind"], detail: string): CreateOutcome {
  const { retryAfterSeconds } = http;
  const outcome = notNow(trouble, detail);
  return retryAfterSeconds === undefined ? outcome : { ...outcome, retryAfterSeconds };
}

export function notNow(
  trouble: Trouble["kind"],
  detail: string,
): CreateOutcome & { kind: "not_now" } {
  return { kind: "not_now", trouble, detail };
}

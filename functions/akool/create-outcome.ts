import { VIDEO_MODEL_ID_PATTERN } from "#domain/job/job.ts";
import type { Trouble } from "#domain/job/observation.ts";
import { cutText } from "#domain/text/cut-text.ts";
import { trimmed } from "#domain/text/lenient-json.ts";
import { quotedText } from "#domain/text/redaction.ts";
import { type AkoolAnswer, described, readAnswer } from "./answer.ts";
import { meaningOf } from "./business-codes.ts";
import { describeUncoded, isPage } from "./gateway.ts";
import type { HttpAnswer } from "./http-answer.ts";

/** Of an answer whose outcome a person settles: the id may stand there under another name. */
const MAX_EXCERPT = 500;

/**
 * What became of the one billable call. `unknown` is the reason for this type: AKOOL's call has no
 * idempotency key, so a request of which no answer came must never be repeated blindly.
 */
export type CreateOutcome =
  | { kind: "created"; videoModelId: string }
  /** AKOOL has answered that it did not do it, and never will. */
  | { kind: "refused"; code: number; message: string }
  /** It was not done, for a reason that can pass: the same request may be sent again. */
  | {
      kind: "not_now";
      trouble: Trouble["kind"];
      detail: string;
      /** For how long AKOOL asks to be left alone. */
      retryAfterSeconds?: number;
    }
  | { kind: "unknown"; detail: string };

/**
 * What an answer to the billable call means. The order is the safe one: an id that AKOOL gives was
 * paid for, whatever else the answer says; a success without one may have been; only then may a
 * status or a code say that nothing was made.
 */
export function outcomeOf(http: HttpAnswer): CreateOutcome {
  const answer = readAnswer(http.body);
  const id =
    answer?.videos.find((video) => video.id !== undefined)?.id ?? idInFragment(http, answer);
  const detail = answer === undefined ? describeUncoded(http) : described(answer);
  if (id !== undefined) return created(id, detail);
  const meaning = answer?.code === undefined ? undefined : meaningOf(answer.code);
  if (meaning?.create === "success") {
    const excerpt = quotedText(trimmed(http.body), MAX_EXCERPT);
    return { kind: "unknown", detail: `${detail}, without an id: ${excerpt}` };
  }
  if (answer === undefined && speaksOfSuccess(http)) {
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
  // A gateway's word is no word of AKOOL's, and processing that went wrong may have been charged.
  if (create !== "refused") return { kind: "unknown", detail };
  return http.status < 500
    ? { kind: "refused", code: answer.code, message: answer.message || "AKOOL gave no message" }
    : { kind: "unknown", detail: `HTTP ${http.status}, ${detail}` };
}

/** HTTP statuses that say that the request was not even looked at. */
function refusedByStatus(http: HttpAnswer, isThrottled: boolean): Trouble["kind"] | undefined {
  if (http.status === 429) return "throttled";
  if (http.status !== 401 && http.status !== 403) return undefined;
  if (isThrottled) return "throttled";
  return isPage(http) ? "unavailable" : "account_fault";
}

/** An id that could not be followed is still one that was paid for: a person has to see it. */
function created(videoModelId: string, detail: string): CreateOutcome {
  if (VIDEO_MODEL_ID_PATTERN.test(videoModelId)) return { kind: "created", videoModelId };
  const shown = cutText(videoModelId, 100);
  return { kind: "unknown", detail: `${detail}, with the id ${quotedText(shown, 100)}` };
}

/** AKOOL's own ids, as all of its samples have them. */
const ID_IN_FRAGMENT = /"_id"\s{0,9}:\s{0,9}(?:\{\s{0,9}"\$oid"\s{0,9}:\s{0,9})?"([0-9a-f]{24})"/i;
const SUCCESS_IN_FRAGMENT = /"code"\s{0,9}:\s{0,9}"?1000\b/;

/** The id in an answer that was cut off behind it, or is no JSON for another reason; not in a page. */
function idInFragment(http: HttpAnswer, answer: AkoolAnswer | undefined): string | undefined {
  if (answer !== undefined || isPage(http)) return undefined;
  return ID_IN_FRAGMENT.exec(http.body)?.[1];
}

/** Whether an answer that cannot be read holds what only a success has. */
function speaksOfSuccess({ body }: HttpAnswer): boolean {
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

import * as z from "zod/mini";
import { VIDEO_MODEL_ID_PATTERN } from "#domain/job.ts";
import type { Trouble } from "#domain/observation.ts";
import { parseJson } from "#domain/parse-json.ts";
import { quotedText } from "#domain/redaction.ts";
import { meaningOf } from "./business-codes.ts";
import type { HttpAnswer } from "./http-answer.ts";

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

/** What an answer to the billable call means. */
export function outcomeOf({ status, body }: HttpAnswer): CreateOutcome {
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

export function notNow(trouble: Trouble["kind"], detail: string): CreateOutcome {
  return { kind: "not_now", trouble, detail };
}

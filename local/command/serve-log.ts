import type { AnsweredRequest } from "@akool-archiver/local-aws/api-gateway/api-server.ts";
import type { EventEnvelope } from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";
import * as z from "zod/mini";
import type { Output } from "#local/display/display.ts";
import { clipped, plainText } from "#local/display/format.ts";

/** What `serve` tells while it runs. */
export interface Log {
  /** An object for a program, or a text for a person. */
  line(value: object, text: string): void;
  event(event: EventEnvelope): void;
  request(request: AnsweredRequest): void;
  /** @param body of the message: what could not be delivered, or was refused */
  deadLetter(body: string): void;
}

/** A person gets one line of this width for each; programs get everything. */
const LINE_WIDTH = 160;
/** A reason is worth more: it says what to mend. */
const REASON_WIDTH = 300;
/** Asked for every second by whoever follows the events. */
const LOCAL_ROUTES = "/_local/";

/**
 * One line for each event, request and refusal: one JSON object, or what a person reads.
 *
 * Of a request there is its method, path and answer alone. Its body, its query and its headers may
 * hold a secret or a webhook, and are in no line.
 *
 * @param now epoch milliseconds
 */
export function logFor(output: Output, json: boolean, now: () => number = Date.now): Log {
  const line = (value: object, text: string) =>
    void output.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
  const tell = (value: object, words: readonly (string | undefined)[], width = LINE_WIDTH) =>
    line(value, clipped(plainText(words.filter(Boolean).join("  ")), width));
  const second = () => `${new Date(now()).toISOString().slice(0, 19)}Z`;
  return {
    line,
    event: (event) => tell({ type: "event", event }, eventWords(event)),
    request(request) {
      if (request.path.startsWith(LOCAL_ROUTES)) return;
      const { refusal, ...answered } = request;
      const reason = refusal === undefined ? undefined : reasonOf(refusal);
      const { method, path, status, milliseconds } = answered;
      const at = second();
      const words = [at, `${method} ${path}`, String(status), `${milliseconds} ms`, reason];
      tell({ type: "request", at, ...answered, ...(reason && { reason }) }, words, REASON_WIDTH);
    },
    deadLetter(body) {
      const at = second();
      const reason = deadLetterReason(body);
      tell({ type: "dead-letter", at, reason }, [at, "dead letter", reason], REASON_WIDTH);
    },
  };
}

function eventWords(event: EventEnvelope): (string | undefined)[] {
  const { videoModelId, previousStatus, status, reason } = event.detail;
  const change =
    status === undefined ? event["detail-type"] : `${previousStatus ?? "new"} → ${status}`;
  return [event.time, videoModelId, change, reason].map((word) =>
    word === undefined ? undefined : String(word),
  );
}

/** A problem of ours, or API Gateway's own refusal. */
const refusalSchema = z.object({
  title: z.optional(z.string()),
  detail: z.optional(z.string()),
  message: z.optional(z.string()),
  errors: z.optional(z.array(z.object({ field: z.string(), message: z.string() }))),
});

function reasonOf(refusal: string): string | undefined {
  const read = refusalSchema.safeParse(parsed(refusal));
  if (!read.success) return undefined;
  const { title, detail, message, errors = [] } = read.data;
  const fields = errors.map((error) => `${error.field}: ${error.message}`);
  return [title ?? message, detail, ...fields].filter(Boolean).join(": ") || undefined;
}

/** What RefuseRequest sends: the function's error with its cause, which is Lambda's JSON. */
const refusedSchema = z.object({ error: z.object({ Cause: z.string() }) });
const causeSchema = z.object({ errorMessage: z.string() });

/** Why a request was refused; of what could not be delivered, what it is. */
function deadLetterReason(body: string): string {
  const message = parsed(body);
  const refused = refusedSchema.safeParse(message);
  if (refused.success) {
    const cause = causeSchema.safeParse(parsed(refused.data.error.Cause));
    return `a request was refused: ${cause.success ? cause.data.errorMessage : refused.data.error.Cause}`;
  }
  const undelivered = z.object({ "detail-type": z.string() }).safeParse(message);
  const what = undelivered.success ? `"${undelivered.data["detail-type"]}"` : "a message";
  return `${what} could not be delivered`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { cutText } from "#domain/text/cut-text.ts";
import { dateInWords } from "#domain/text/date-in-words.ts";
import { trimmed } from "#domain/text/lenient-json.ts";
import { isRecord } from "./tolerant-json.ts";

/** An id as text. AKOOL documents text; a number, or blanks around it, mean the same. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" ? trimmed(value) || undefined : undefined;
}

/** A whole number, also as text or with a fraction of zeros; only if JavaScript holds it exactly. */
export function wholeNumber(value: unknown): number | undefined {
  const number =
    typeof value === "string" && /^\s*[+-]?\d{1,16}(\.0{0,16})?\s*$/.test(value)
      ? Number(value)
      : value;
  return Number.isSafeInteger(number) ? Number(number) + 0 : undefined;
}

/** 1 queueing, 2 processing, 3 completed, 4 failed, in the words that gateways and siblings use. */
const STATUS_WORDS: readonly (readonly [number, readonly string[]])[] = [
  [1, ["queueing", "queuing", "queued", "queue", "inqueue", "pending", "waiting", "submitted"]],
  [1, ["created", "accepted", "scheduled", "notstarted", "initialized", "new", "wait"]],
  [2, ["processing", "process", "inprocess", "inprogress", "progress", "progressing", "running"]],
  [2, ["generating", "rendering", "working", "started", "active", "executing", "starting"]],
  [2, ["encoding", "uploading", "preparing", "postprocessing"]],
  [3, ["completed", "complete", "succeeded", "succeed", "success", "successful", "done"]],
  [3, ["finished", "finish", "ready", "generated"]],
  [4, ["failed", "fail", "failure", "error", "errored"]],
];

const STATUS_BY_WORD: ReadonlyMap<string, number> = new Map(
  STATUS_WORDS.flatMap(([status, words]) => words.map((word): [string, number] => [word, status])),
);

/** Longest text of an unknown status, in bytes. */
const MAX_STATUS_BYTES = 100;

/** A prefix of the word: `STATUS_COMPLETED`, `TaskStatus.SUCCEEDED`. */
const STATUS_PREFIX = /^(?:(?:video|task|job)?(?:status|state)|video|task|job)(?=.)/;

/** Members that may hold the status in an object. */
const STATUS_FIELDS = ["code", "value", "status", "name", "state"];

/** `video_status` as AKOOL documents it, or the text of an unknown one. */
export function statusOf(value: unknown): number | string | undefined {
  if (isRecord(value)) return statusIn(value) ?? statusOf(textOf(value));
  const number = wholeNumber(value);
  if (number !== undefined) return number;
  const text = textOf(value);
  if (text === undefined) return undefined;
  const shown = cutText(text, MAX_STATUS_BYTES);
  const word = shown.toLowerCase().replace(/[\s_.!:-]/g, "");
  return STATUS_BY_WORD.get(word) ?? STATUS_BY_WORD.get(word.replace(STATUS_PREFIX, "")) ?? shown;
}

function statusIn(value: Record<string, unknown>): number | string | undefined {
  const name = STATUS_FIELDS.find((field) => ["number", "string"].includes(typeof value[field]));
  return name === undefined ? undefined : statusOf(value[name]);
}

/** A smaller number counts seconds; from the next two on it counts micro- and nanoseconds. */
const LEAST_MS = 1e11;
const LEAST_US = 1e14;
const LEAST_NS = 1e17;

/** An instant as whole epoch milliseconds. AKOOL documents those, but also sends other units and texts. */
export function epochMs(value: unknown): number | undefined {
  const number = numberOf(value);
  const ms = number === undefined ? instantOf(value) : inMs(number);
  return ms !== undefined && ms > 0 && Number.isSafeInteger(Math.floor(ms))
    ? Math.floor(ms)
    : undefined;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\s*\+?\d{1,20}(\.\d{0,20})?\s*$/.test(value)
    ? Number(value)
    : undefined;
}

function inMs(number: number): number {
  if (number < LEAST_MS) return number * 1e3;
  if (number < LEAST_US) return number;
  // Plus a fraction, since the division may round to just below a whole number.
  return (number < LEAST_NS ? number / 1e3 : number / 1e6) + 0.001;
}

const DATE_AND_TIME =
  /^(\d{4})([-/]?)(\d\d)\2(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d(?:[.,]\d{1,9})?))?(?: ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)(?: [A-Z]{3,4})?)?)?$/i;

/** A time without a zone is UTC, as servers write it, whatever this machine's own zone. */
function instantOf(value: unknown): number | undefined {
  const text = typeof value === "string" ? trimmed(value) : "";
  const parts = DATE_AND_TIME.exec(text);
  if (parts === null) return dateInWords(text);
  const [, year, , month, day, hour = "00", minute = "00", second = "00", zone = "Z"] = parts;
  const time = `${hour}:${minute}:${second.replace(",", ".")}`;
  return valid(Date.parse(`${year}-${month}-${day}T${time}${offset(zone)}`));
}

function offset(zone: string): string {
  const [, hours, minutes = "00"] = /^([+-]\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return hours === undefined ? "Z" : `${hours}:${minutes}`;
}

function valid(instant: number): number | undefined {
  return Number.isNaN(instant) ? undefined : instant;
}

/** Members that may hold the text in an object. */
const TEXT_FIELDS = [
  "message",
  "msg",
  "reason",
  "error_reason",
  "error_msg",
  "error_message",
  "error",
  "detail",
  "description",
];
const MAX_DEPTH = 4;

/** A message for people, from a text, a number, a list of texts or an object that holds one. */
export function textOf(value: unknown, depth = 0): string | undefined {
  if (typeof value === "string") return saidBy(value);
  if (typeof value === "number") return String(value);
  if (depth === MAX_DEPTH) return undefined;
  if (Array.isArray(value)) {
    const texts = value.slice(0, 20).flatMap((item) => textOf(item, depth + 1) ?? []);
    return texts.join("; ") || undefined;
  }
  if (!isRecord(value)) return undefined;
  for (const name of TEXT_FIELDS) {
    const text = textOf(value[name], depth + 1);
    if (text !== undefined) return text;
  }
  return rawText(value);
}

/** Spellings of "nothing" in other languages. */
const NOTHING = /^(?:null|undefined|none|nil|n\/a|nan|-+|\[\]|\{\}|\u200b+)$/i;

function saidBy(text: string): string | undefined {
  const said = trimmed(text);
  return said === "" || NOTHING.test(said) ? undefined : said;
}

/** The text itself, or the JSON of a value that should have been text. */
export function rawText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  try {
    const json = JSON.stringify(value);
    return json === "{}" || json === "[]" ? undefined : json;
  } catch {
    // Nested too deeply to be of any use.
    return undefined;
  }
}

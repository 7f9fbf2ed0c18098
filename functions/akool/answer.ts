import { quotedText } from "#domain/text/redaction.ts";
import { textOf, wholeNumber } from "./spellings.ts";
import { isRecord, parseTolerantly } from "./tolerant-json.ts";
import { type AkoolVideo, describesVideo, readVideo } from "./video.ts";

/**
 * AKOOL's JSON, for polls and create calls alike: `{code, msg, data}` in any spelling. Decision 0046.
 */
export interface AkoolAnswer {
  /** The business code; absent in a gateway's answer. */
  code?: number;
  /** For a person; empty if there is none. */
  message: string;
  /** As a rule one. */
  videos: readonly AkoolVideo[];
}

/** The record of a job or submission has a size limit; no documented message is long. */
const MAX_MESSAGE = 2_000;
/** Of a list of descriptions. */
const MAX_VIDEOS = 100;
/** How deeply `data` may be wrapped: in a list, in JSON text, in another `data`. */
const MAX_WRAPPERS = 3;
/** Other names for `data`, or for a member of it, in gateways and sibling products. */
const WRAPPERS = ["data", "result", "results", "list", "items", "item", "info", "video_info"];

const MESSAGE_FIELDS = ["msg", "error_msg", "message", "error_message", "error", "error_reason"];

/** @returns undefined for a text that has no code and describes no video */
export function readAnswer(body: string): AkoolAnswer | undefined {
  const [document] = unwrapped(parseTolerantly(body), (value) => !("code" in value));
  if (document === undefined) return undefined;
  // Beside a video, `error_code` is the reason of its failure (as for translations).
  const code = wholeNumber(
    document.code ?? (describesVideo(document) ? undefined : document.error_code),
  );
  const videos = videosIn(document);
  if (code === undefined && videos.length === 0) return undefined;
  return { ...(code === undefined ? {} : { code }), message: messageOf(document), videos };
}

/** The code and AKOOL's message, for a person. */
export function described({ code, message }: AkoolAnswer): string {
  const named = code === undefined ? "no code" : `code ${code}`;
  return message === "" ? named : `${named}: ${message}`;
}

/** The code, or the status of an answer without one: never what it quotes, for a person. */
export function codeOrStatus(status: number, code: number | undefined): string {
  return code === undefined ? `HTTP ${status} without a code` : `code ${code}`;
}

function videosIn(document: Record<string, unknown>): AkoolVideo[] {
  return [...unwrapped(wrappedIn(document), (value) => !describesVideo(value)), document]
    .filter(describesVideo)
    .map(readVideo);
}

/**
 * The objects in a value that may be wrapped.
 *
 * @param isWrapper whether an object with a `data` of its own, by any name, is only a wrapper
 */
function unwrapped(
  value: unknown,
  isWrapper: (value: Record<string, unknown>) => boolean,
  depth = 0,
): Record<string, unknown>[] {
  if (depth > MAX_WRAPPERS) return [];
  const inner = (wrapped: unknown) => unwrapped(wrapped, isWrapper, depth + 1);
  if (typeof value === "string") return inner(parseTolerantly(value));
  if (Array.isArray(value)) return value.slice(0, MAX_VIDEOS).flatMap(inner);
  if (!isRecord(value)) return [];
  const wrapped = wrappedIn(value);
  const hasData = isRecord(wrapped) || Array.isArray(wrapped);
  return hasData && isWrapper(value) ? inner(wrapped) : [value];
}

function wrappedIn(value: Record<string, unknown>): unknown {
  const name = WRAPPERS.find((wrapper) => value[wrapper] !== undefined && value[wrapper] !== null);
  return name === undefined ? undefined : value[name];
}

function messageOf(document: Record<string, unknown>): string {
  const texts = MESSAGE_FIELDS.flatMap((name) => textOf(document[name]) ?? []);
  return quotedText(texts[0] ?? "", MAX_MESSAGE);
}

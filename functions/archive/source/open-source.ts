import type { IncomingMessage } from "node:http";
import { setTimeout } from "node:timers/promises";
import { SourceGone, SourceUnavailable } from "#archive/errors.ts";
import { retryAfterSeconds } from "#domain/polling/retry-after.ts";
import { contentCodings, isChunked } from "./content-coding.ts";
import { type ByteRange, type SourceOptions, sendRequest } from "./send-request.ts";

/** An answer whose body has not been read yet. */
export interface OpenSource {
  body: IncomingMessage;
  contentType: string;
  /** Bytes of the whole file, as declared; undefined for a chunked body or an unknown total. */
  totalBytes: number | undefined;
  /** As sent by the origin, with its quotes; undefined if it sent none. */
  etag: string | undefined;
  /** What the body holds of the file; "unknown" for a partial answer that does not say. */
  range: ByteRange | "whole" | "unknown";
  /** The content codings that the answer names, in the order in which they were applied. */
  codings: readonly string[];
  /** Whether anything but the end of the connection marks the end of the body. */
  endIsMarked: boolean;
}

/**
 * Opens a guarded download, following redirects that pass the same guard.
 *
 * @param range the part asked for; the source may still answer with the whole file
 * @throws DownloadRefused; SourceGone, for an address that does not serve the file (any more, or yet);
 *   SourceUnavailable, SourceInterrupted
 */
export async function openSource(
  address: string,
  options: SourceOptions,
  range?: ByteRange,
): Promise<OpenSource> {
  const response = await sendRequest(address, options, range);
  try {
    assertUsable(response);
    return describe(response);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

/** 4xx answers that time alone may change (RFC 9110, 15; RFC 6585). */
const PASSING = new Set([408, 425, 429]);
/** Successes without content (RFC 9110, 15.3). */
const WITHOUT_FILE = new Set([204, 205]);

function assertUsable({ statusCode = 0, headers }: IncomingMessage): void {
  if (statusCode >= 200 && statusCode < 300 && !WITHOUT_FILE.has(statusCode)) return;
  const isRefusal = statusCode >= 400 && statusCode < 500 && !PASSING.has(statusCode);
  const Refusal = isRefusal ? SourceGone : SourceUnavailable;
  const { "retry-after": retryAfter, date } = headers;
  throw new Refusal(`the source answered HTTP ${statusCode}`, {
    retryAfterSeconds: retryAfterSeconds(retryAfter, date, Date.now()),
  });
}

const CONTENT_RANGE = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i;

function describe(response: IncomingMessage): OpenSource {
  const { headers, statusCode } = response;
  const declared = headers["content-length"];
  // A length beside chunks is ignored (RFC 9112, 6.3).
  const length = declared === undefined || isChunked(headers) ? undefined : Number(declared);
  const codings = contentCodings(headers);
  return {
    body: response,
    contentType: headers["content-type"] ?? "",
    etag: headers.etag,
    codings,
    endIsMarked: length !== undefined || isChunked(headers),
    ...(statusCode === 206
      ? describeRange(headers["content-range"] ?? "", length)
      : { totalBytes: length, range: "whole" as const }),
  };
}

/** The place of a part is unknown if its length contradicts its range, or it ends beyond the file. */
function describeRange(
  contentRange: string,
  length: number | undefined,
): Pick<OpenSource, "range" | "totalBytes"> {
  const [, first, last, total] = CONTENT_RANGE.exec(contentRange.trim()) ?? [];
  if (first === undefined || last === undefined || total === undefined) {
    return { range: "unknown", totalBytes: undefined };
  }
  const offset = Number(first);
  const bytes = Number(last) - offset + 1;
  const totalBytes = total === "*" ? undefined : Number(total);
  if (totalBytes !== undefined && totalBytes <= Number(last)) {
    return { range: "unknown", totalBytes: undefined };
  }
  const isPlausible = length === undefined || length === bytes;
  return { range: isPlausible ? { offset, bytes } : "unknown", totalBytes };
}

interface Repetition {
  /** How often the request is made. */
  maxTries: number;
  /** Ends the repetition, and the pause before it. */
  signal: AbortSignal;
  /** Milliseconds before the next try; undefined if another try is of no use. */
  pauseMs(error: unknown, tries: number): number | undefined;
}

/** Repeats a request to the source. */
export async function repeatRequest<Result>(
  { maxTries, signal, pauseMs }: Repetition,
  attempt: (tries: number) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(tries);
    } catch (error) {
      if (tries === maxTries || signal.aborted) throw error;
      const pause = pauseMs(error, tries);
      if (pause === undefined) throw error;
      await setTimeout(pause, undefined, { signal });
    }
  }
}

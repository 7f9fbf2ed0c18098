import type { IncomingMessage } from "node:http";
import type { ByteRange } from "#archive/copy/part-plan.ts";
import { SourceGone, SourceUnavailable } from "#archive/errors.ts";
import { retryAfterSeconds } from "#domain/polling/retry-after.ts";
import { contentCodings, isChunked } from "./content-coding.ts";
import { type SourceOptions, sendRequest } from "./send-request.ts";

/** An answer whose body has not been read yet. */
export interface OpenSource {
  body: IncomingMessage;
  contentType: string;
  /** Bytes of the whole file, as declared; undefined for a chunked body or an unknown total. */
  totalBytes: number | undefined;
  /** As sent by the origin, with its quotes; undefined if it sent none. */
  etag: string | undefined;
  /** What the body holds of the file; for a partial answer that does not say so, "unknown". */
  range: ByteRange | "whole" | "unknown";
  /** Codings that the bytes are said to be under, in the order in which they were applied. */
  codings: readonly string[];
  /** Whether more than the end of the connection tells where the body ends. */
  endIsMarked: boolean;
}

/**
 * Opens a guarded download, following redirects that pass the same guard.
 *
 * @param range a part of the file; the source may answer with the whole all the same
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

/** What may pass with time alone (RFC 9110, 15; RFC 6585). */
const PASSING = new Set([408, 425, 429]);
/** Of the successes, those that have no content (RFC 9110, 15.3). */
const WITHOUT_FILE = new Set([204, 205]);

function assertUsable({ statusCode = 0, headers }: IncomingMessage): void {
  if (statusCode >= 200 && statusCode < 300 && !WITHOUT_FILE.has(statusCode)) return;
  const told = `the source answered HTTP ${statusCode}`;
  const { "retry-after": retryAfter, date } = headers;
  const seconds = retryAfterSeconds(retryAfter, date, Date.now());
  const isRefusal = statusCode >= 400 && statusCode < 500 && !PASSING.has(statusCode);
  throw isRefusal ? new SourceGone(told, seconds) : new SourceUnavailable(told, seconds);
}

const CONTENT_RANGE = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i;

function describe(response: IncomingMessage): OpenSource {
  const { headers, statusCode } = response;
  const declared = headers["content-length"];
  // Beside chunks a length means nothing (RFC 9112, 6.3).
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

/** A part whose length is not that of its range, or that ends behind the file, is of an unknown place. */
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

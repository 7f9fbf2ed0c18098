import { get as httpGet, type IncomingMessage } from "node:http";
import { get as httpsGet } from "node:https";
import { assertVideoType } from "./content-check.ts";
import { type DownloadPolicy, guardedAgent, guardUrl } from "./download-guard.ts";
import {
  DownloadRefused,
  SourceChanged,
  SourceGone,
  SourceInterrupted,
  SourceUnavailable,
} from "./errors.ts";
import type { ByteRange } from "./part-plan.ts";

const MAX_REDIRECTS = 5;

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
}

export interface SourceOptions {
  policy: DownloadPolicy;
  /** Ends the whole download. */
  signal: AbortSignal;
  /** Milliseconds to wait for an answer; the body has a watch of its own. */
  idleTimeoutMs: number;
}

/** A part of the file, and of which file. */
export interface RangeRequest extends ByteRange {
  /** Only of the file with this ETag. */
  etag?: string;
}

/**
 * Opens a guarded download, following redirects that pass the same guard.
 *
 * @param wanted a part of the file; the source may answer with the whole all the same
 * @throws DownloadRefused, SourceGone (403, 404, 410), NotAVideo (the type of a page),
 *   SourceUnavailable, SourceInterrupted; SourceChanged when the file has not that ETag any more, or
 *   ends before the part
 */
export async function openSource(
  address: string,
  options: SourceOptions,
  wanted?: RangeRequest,
): Promise<OpenSource> {
  let url = guardUrl(address, options.policy);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await request(url, options, wanted);
    const target = redirectTarget(response);
    if (target === undefined) return accept(response, wanted);
    response.destroy();
    url = guardUrl(target, options.policy, url);
  }
  throw new DownloadRefused(`more than ${MAX_REDIRECTS} redirects`);
}

function request(
  url: URL,
  options: SourceOptions,
  wanted: RangeRequest | undefined,
): Promise<IncomingMessage> {
  const idleMs = options.idleTimeoutMs;
  const get = url.protocol === "https:" ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    const sent = get(url, {
      agent: guardedAgent(url),
      signal: options.signal,
      timeout: idleMs,
      headers: requestHeaders(wanted),
    });
    sent.on("timeout", () => sent.destroy(new SourceInterrupted(`no byte for ${idleMs / 1000} s`)));
    sent.on("error", (error) => reject(asSourceError(error)));
    sent.on("response", (response) => {
      sent.setTimeout(0);
      resolve(response);
    });
  });
}

function requestHeaders(wanted: RangeRequest | undefined): Record<string, string> {
  // The bytes must be the file's own, so that they can be counted against its length.
  const headers = { accept: "video/*,*/*;q=0.1", "accept-encoding": "identity" };
  if (wanted === undefined) return headers;
  return {
    ...headers,
    range: `bytes=${wanted.offset}-${wanted.offset + wanted.bytes - 1}`,
    ...(wanted.etag !== undefined && { "if-match": wanted.etag }),
  };
}

function redirectTarget(response: IncomingMessage): string | undefined {
  const status = response.statusCode ?? 0;
  return status >= 300 && status < 400 ? response.headers.location : undefined;
}

function accept(response: IncomingMessage, wanted: RangeRequest | undefined): OpenSource {
  try {
    assertUsable(response, wanted);
    return describe(response);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

function assertUsable(response: IncomingMessage, wanted: RangeRequest | undefined): void {
  const status = response.statusCode ?? 0;
  if (status === 403 || status === 404 || status === 410) {
    throw new SourceGone(`the source answered HTTP ${status}`);
  }
  if (wanted !== undefined && (status === 412 || status === 416)) {
    throw new SourceChanged(`the source answered HTTP ${status} to a part of the file`);
  }
  if (status !== 200 && (status !== 206 || wanted === undefined)) {
    throw new SourceUnavailable(`the source answered HTTP ${status}`);
  }
  const { headers } = response;
  assertVideoType(headers["content-type"] ?? "");
  if (!["", "identity"].includes(headers["content-encoding"] ?? "")) {
    throw new SourceUnavailable(`the source insists on encoding ${headers["content-encoding"]}`);
  }
  // Under any other transfer coding the body ends where the connection does (RFC 9112, 6.3).
  const isChunked = headers["transfer-encoding"]?.trim().toLowerCase() === "chunked";
  if (headers["content-length"] === undefined && !isChunked) {
    throw new SourceUnavailable("the source declares no length, so a cut-off could not be noticed");
  }
}

const CONTENT_RANGE = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/;

function describe(response: IncomingMessage): OpenSource {
  const { headers, statusCode } = response;
  const seen = { body: response, contentType: headers["content-type"] ?? "", etag: headers.etag };
  if (statusCode === 206) return { ...seen, ...describeRange(headers["content-range"] ?? "") };
  const declared = headers["content-length"];
  return {
    ...seen,
    totalBytes: declared === undefined ? undefined : Number(declared),
    range: "whole",
  };
}

function describeRange(contentRange: string): Pick<OpenSource, "range" | "totalBytes"> {
  const [, first, last, total] = CONTENT_RANGE.exec(contentRange) ?? [];
  if (first === undefined || last === undefined || total === undefined) {
    return { range: "unknown", totalBytes: undefined };
  }
  const offset = Number(first);
  return { range: { offset, bytes: Number(last) - offset + 1 }, totalBytes: Number(total) };
}

/**
 * Errors of the system carry a `code`; the filtering agent's refusal of a private address does not.
 */
function asSourceError(error: Error): Error {
  if (error instanceof SourceInterrupted) return error;
  if (error.name === "AbortError") return new SourceInterrupted("the download took too long");
  if (!("code" in error)) return new DownloadRefused(error.message);
  return new SourceUnavailable(`the source cannot be reached: ${String(error.code)}`);
}

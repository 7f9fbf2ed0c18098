import { get as httpGet, type IncomingMessage } from "node:http";
import { get as httpsGet } from "node:https";
import { DownloadRefused, SourceInterrupted, SourceUnavailable } from "#archive/errors.ts";
import type { CookieJar } from "./cookie-jar.ts";
import { type DownloadPolicy, guardedAgent, guardUrl } from "./download-guard.ts";

/** As many as browsers follow. */
const MAX_REDIRECTS = 20;
/** Some servers send dozens of cookies; Node's own limit is 16 kB. */
const MAX_HEADER_BYTES = 64 * 1024;

/** Bytes of the file. */
export interface ByteRange {
  offset: number;
  bytes: number;
}

export interface SourceOptions {
  policy: DownloadPolicy;
  /** Of the copy that this request belongs to. */
  cookies: CookieJar;
  /** Ends the whole download. */
  signal: AbortSignal;
  /** Milliseconds to wait for an answer; the body has a timeout of its own. */
  idleTimeoutMs: number;
}

/**
 * Sends a guarded GET, following redirects that pass the same guard.
 *
 * @param range asked for with `Range`; the source may still answer with the whole file
 * @returns the first answer that is no redirect; its body has not been read
 * @throws DownloadRefused, SourceUnavailable, SourceInterrupted
 */
export async function sendRequest(
  address: string,
  options: SourceOptions,
  range: ByteRange | undefined,
): Promise<IncomingMessage> {
  let url = guardUrl(address, options.policy);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await requestTolerantly(url, options, range);
    options.cookies.keep(url, response.headers["set-cookie"]);
    const target = redirectTarget(response);
    if (target === undefined) return response;
    response.destroy();
    url = guardUrl(target, options.policy, url);
  }
  throw new DownloadRefused(`more than ${MAX_REDIRECTS} redirects`);
}

/**
 * Repeats a request whose answer is not strict HTTP, and reads it as browsers do: with bare line feeds,
 * control characters or folded lines in its headers, or a length beside chunks.
 */
async function requestTolerantly(
  url: URL,
  options: SourceOptions,
  range: ByteRange | undefined,
): Promise<IncomingMessage> {
  try {
    return await requestOnce(url, options, range, false);
  } catch (error) {
    if (!(error instanceof IrregularAnswer)) throw error;
    return requestOnce(url, options, range, true);
  }
}

/** Node's strict parser refuses the beginning of the answer. */
class IrregularAnswer extends SourceUnavailable {}

function requestOnce(
  url: URL,
  options: SourceOptions,
  range: ByteRange | undefined,
  isTolerant: boolean,
): Promise<IncomingMessage> {
  const idleMs = options.idleTimeoutMs;
  const get = url.protocol === "https:" ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    const sent = get(url, {
      agent: guardedAgent(url),
      signal: options.signal,
      timeout: idleMs,
      maxHeaderSize: MAX_HEADER_BYTES,
      insecureHTTPParser: isTolerant,
      headers: {
        ...requestHeaders(range, options.cookies.headerFor(url)),
        // Where such an answer ends is a guess, so the connection is not reused.
        ...(isTolerant && { connection: "close" }),
      },
    });
    sent.on("timeout", () => sent.destroy(new SourceInterrupted(`no byte for ${idleMs / 1000} s`)));
    sent.on("error", (error) => reject(asSourceError(error)));
    sent.on("response", (response) => {
      sent.setTimeout(0);
      resolve(response);
    });
  });
}

function requestHeaders(range: ByteRange | undefined, cookie: string | undefined) {
  return {
    accept: "video/*,*/*;q=0.1",
    // Without a coding, the bytes can be counted against the file's length.
    "accept-encoding": "identity",
    ...(range !== undefined && {
      range: `bytes=${range.offset}-${range.offset + range.bytes - 1}`,
    }),
    ...(cookie !== undefined && { cookie }),
  };
}

function redirectTarget({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  const { location } = headers;
  if (location === undefined || statusCode < 300 || statusCode >= 400) return undefined;
  return fromUtf8(location);
}

/** Node reads headers as Latin-1; servers that send an address beyond ASCII mean UTF-8. */
function fromUtf8(header: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(header, "latin1"));
  } catch {
    return header;
  }
}

/** System errors have a `code`; the filtering agent's refusal of a private address has none. */
function asSourceError(error: Error): Error {
  if (error instanceof SourceInterrupted) return error;
  const cause = error;
  if (error.name === "AbortError") {
    return new SourceInterrupted("the download took too long", { cause });
  }
  if (!("code" in error)) return new DownloadRefused(error.message, { cause });
  const code = String(error.code);
  if (code.startsWith("HPE_")) {
    return new IrregularAnswer(`the source's answer is no HTTP: ${code}`, { cause });
  }
  return new SourceUnavailable(`the source cannot be reached: ${code}`, { cause });
}

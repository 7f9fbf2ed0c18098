import { get as httpGet, type IncomingMessage } from "node:http";
import { get as httpsGet } from "node:https";
import { assertVideoType } from "./content-check.ts";
import { type DownloadPolicy, guardedAgent, guardUrl } from "./download-guard.ts";
import { DownloadRefused, SourceGone, SourceInterrupted, SourceUnavailable } from "./errors.ts";

const MAX_REDIRECTS = 5;

/** An answer whose body has not been read yet. */
export interface OpenSource {
  body: IncomingMessage;
  contentType: string;
  /** As declared by the origin; undefined for a chunked body, whose end is marked in band. */
  declaredBytes: number | undefined;
}

export interface SourceOptions {
  policy: DownloadPolicy;
  /** Ends the whole download. */
  signal: AbortSignal;
  /** Milliseconds to wait for an answer; the body has a watch of its own. */
  idleTimeoutMs: number;
}

/**
 * Opens a guarded download, following redirects that pass the same guard.
 *
 * @throws DownloadRefused, SourceGone (403, 404, 410), NotAVideo (the type of a page),
 *   SourceUnavailable, SourceInterrupted
 */
export async function openSource(address: string, options: SourceOptions): Promise<OpenSource> {
  let url = guardUrl(address, options.policy);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await request(url, options);
    const target = redirectTarget(response);
    if (target === undefined) return accept(response);
    response.destroy();
    url = guardUrl(target, options.policy, url);
  }
  throw new DownloadRefused(`more than ${MAX_REDIRECTS} redirects`);
}

function request(url: URL, options: SourceOptions): Promise<IncomingMessage> {
  const idleMs = options.idleTimeoutMs;
  const get = url.protocol === "https:" ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    const sent = get(url, {
      agent: guardedAgent(url),
      signal: options.signal,
      timeout: idleMs,
      // The bytes must be the file's own, so that they can be counted against its length.
      headers: { accept: "video/*,*/*;q=0.1", "accept-encoding": "identity" },
    });
    sent.on("timeout", () => sent.destroy(new SourceInterrupted(`no byte for ${idleMs / 1000} s`)));
    sent.on("error", (error) => reject(asSourceError(error)));
    sent.on("response", (response) => {
      sent.setTimeout(0);
      resolve(response);
    });
  });
}

function redirectTarget(response: IncomingMessage): string | undefined {
  const status = response.statusCode ?? 0;
  return status >= 300 && status < 400 ? response.headers.location : undefined;
}

function accept(response: IncomingMessage): OpenSource {
  try {
    assertUsable(response);
  } catch (error) {
    response.destroy();
    throw error;
  }
  const declared = response.headers["content-length"];
  return {
    body: response,
    contentType: response.headers["content-type"] ?? "",
    declaredBytes: declared === undefined ? undefined : Number(declared),
  };
}

function assertUsable(response: IncomingMessage): void {
  const status = response.statusCode ?? 0;
  if (status === 403 || status === 404 || status === 410) {
    throw new SourceGone(`the source answered HTTP ${status}`);
  }
  if (status !== 200) throw new SourceUnavailable(`the source answered HTTP ${status}`);
  const { headers } = response;
  assertVideoType(headers["content-type"] ?? "");
  if (!["", "identity"].includes(headers["content-encoding"] ?? "")) {
    throw new SourceUnavailable(`the source insists on encoding ${headers["content-encoding"]}`);
  }
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) {
    throw new SourceUnavailable("the source declares no length, so a cut-off could not be noticed");
  }
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

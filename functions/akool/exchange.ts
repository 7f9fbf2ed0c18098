import { retryAfterSeconds } from "#domain/polling/retry-after.ts";
import { maskSecrets } from "#domain/text/redaction.ts";
import { boundedText } from "./bounded-text.ts";

/** One HTTP answer of AKOOL, or of a gateway in front of it, as it came. */
export interface HttpAnswer {
  status: number;
  body: string;
  contentType?: string | undefined;
  /** The target of a redirect, which is not followed. */
  location?: string | undefined;
  /** How long the server asks to wait. */
  retryAfterSeconds?: number | undefined;
}

interface OutgoingRequest {
  method: string;
  headers: Record<string, string>;
  body?: string;
  redirect: "manual";
  signal: AbortSignal;
}

interface IncomingResponse {
  status: number;
  headers: { get(name: string): string | null };
  body: AsyncIterable<Uint8Array> | null;
}

/** How a request is sent: the built-in `fetch`, or anything that behaves the same. */
export type Send = (url: URL, request: OutgoingRequest) => Promise<IncomingResponse>;

export interface Exchange {
  /** AKOOL's API, for example `https://openapi.akool.com/api/open`. */
  baseUrl: string;
  /** Relative to the base URL, with the query. */
  path: string;
  /** An API key, or `Bearer`, a space and a token; none for getToken. */
  credential?: string;
  /** Sent as JSON with POST; without it the request is a GET. */
  body?: object;
  send: Send;
  signal: AbortSignal;
}

/**
 * Sends one request to AKOOL and reads its answer, whatever its status.
 *
 * @throws the error of the connection, the signal's reason, or AkoolBodyTooLarge
 */
export async function exchange(request: Exchange): Promise<HttpAnswer> {
  const { credential = "", send, signal } = request;
  try {
    const response = await send(urlOf(request), {
      ...contentOf(request),
      // A redirect would carry the key to an address that we did not choose.
      redirect: "manual",
      signal,
    });
    const { status, headers } = response;
    return {
      status,
      contentType: headers.get("content-type") ?? undefined,
      location: headers.get("location") ?? undefined,
      retryAfterSeconds: retryAfterSeconds(
        headers.get("retry-after"),
        headers.get("date"),
        Date.now(),
      ),
      // The answer is recorded and shown to people, so a key that it quotes is masked.
      body: maskSecrets(await boundedText(response), [credential.replace(BEARER, "")]),
    };
  } catch (error) {
    // A body that a timeout cuts off looks like a reset connection.
    throw signal.aborted && !isNeverSent(error) ? signal.reason : error;
  }
}

/** The request cannot have reached AKOOL: nothing of it was written to a connection. */
export class NeverSent extends Error {
  override readonly name = "NeverSent";
}

export function isNeverSent(error: unknown): error is NeverSent {
  return error instanceof NeverSent;
}

function urlOf({ baseUrl, path }: Exchange): URL {
  let end = baseUrl.length;
  while (baseUrl[end - 1] === "/") end--;
  return new URL(baseUrl.slice(0, end) + path);
}

const BEARER = /^Bearer /;

/** Whether a credential is a token; an API key has no space. */
export function isToken(credential: string): boolean {
  return BEARER.test(credential);
}

/** One header, never both: if Authorization is sent too, it wins and x-api-key is ignored. */
function authorization(credential: string | undefined): Record<string, string> {
  if (credential === undefined) return {};
  return isToken(credential) ? { authorization: credential } : { "x-api-key": credential };
}

function contentOf({ body, credential }: Exchange) {
  const headers = { ...authorization(credential), accept: "application/json" };
  if (body === undefined) return { method: "GET", headers };
  return {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

/** The kind of an error, without its message, which could quote the request and with it the key. */
export function errorKind(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  return codeOf(error) ?? codeOf(error.cause) ?? error.name;
}

/** The code of the system or of OpenSSL. A `DOMException` has a meaningless number there. */
function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

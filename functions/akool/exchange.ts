import { retryAfterSeconds } from "#domain/polling/retry-after.ts";
import { maskSecrets } from "#domain/text/redaction.ts";
import { boundedText } from "./bounded-text.ts";
import type { HttpAnswer } from "./http-answer.ts";

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

/** How a request is sent: the built-in `fetch`, or what behaves as it does. */
export type Send = (url: URL, request: OutgoingRequest) => Promise<IncomingResponse>;

export interface Exchange {
  /** AKOOL's API, for example `https://openapi.akool.com/api/open`. */
  baseUrl: string;
  /** Below the base URL, query included. */
  path: string;
  /** An API key, or `Bearer` and a token, which a blank tells apart; none for getToken. */
  credential?: string;
  /** Sent as JSON with POST; without one the request is a GET. */
  body?: object;
  send: Send;
  signal: AbortSignal;
}

/**
 * Sends one request to AKOOL and reads its answer, whatever it is.
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
      // What AKOOL says goes on record and to people: should it quote the key, that part must not.
      body: maskSecrets(await boundedText(response), [credential.replace(BEARER, "")]),
    };
  } catch (error) {
    // A body that is broken off by a time-out looks like a connection that was reset.
    throw signal.aborted && !isNeverSent(error) ? signal.reason : error;
  }
}

/** The request cannot have reached AKOOL: nothing of it was written to any connection. */
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

/** Whether a credential is a token; an API key has no blank. */
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

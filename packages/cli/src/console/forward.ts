import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { responseHeaders } from "@akool-archiver/console/response-headers.ts";
import type { Authorization } from "../target/session.ts";
import { isApiRoute } from "./api-route.ts";

/** More than any route of the API takes; the whole body is needed for its signature. */
const MAX_REQUEST_BYTES = 2 * 1024 * 1024;
/** API Gateway's own limit. */
const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;
/** API Gateway answers within 30 s, or not at all. */
const ANSWER_WITHIN_MS = 40_000;

/** All that passes: a list of names, so that no header of a connection and no cookie does. */
const REQUEST_HEADERS = ["accept", "content-type", "idempotency-key", "if-none-match"] as const;
const RESPONSE_HEADERS = ["content-type", "etag", "location", "retry-after"] as const;

export interface ForwardOptions {
  /** The API's address. Requests go nowhere else. */
  readonly apiUrl: string;
  readonly authorization: Authorization;
  /** Told what kept a request from being sent, and what the person can do about it. */
  readonly onFailure: (error: unknown) => void;
}

/** Sends a request of the page on to the API, with the person's authorization, and answers with what came. */
export type Forward = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Redirects are the browser's to follow: a presigned link is fetched by it, not from here. */
export function createForward({ apiUrl, authorization, onFailure }: ForwardOptions): Forward {
  const base = new URL(apiUrl).href.replace(/\/$/, "");
  return async (request, response) => {
    const url = apiAddress(base, request);
    if (url === undefined) return refuse(response, 404, "This is no route of the archiver's API");
    const body = await boundedBody(request);
    if (body === undefined) return refuse(response, 413, "The request is too large");
    const left = new AbortController();
    response.once("close", () => left.abort());
    const signal = AbortSignal.any([left.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const asked = new Request(url, {
      method: request.method ?? "GET",
      headers: passed(request),
      redirect: "manual",
      signal,
      ...(body.length > 0 && { body }),
    });
    const answer = await send(asked, authorization).catch((error: unknown) => {
      if (!left.signal.aborted) onFailure(error);
      return undefined;
    });
    if (answer === undefined) return refuse(response, 502, "The archiver's API was not reached");
    await passOn(answer, response);
  };
}

/** @returns undefined for what is no route, or would be another path once it is normalized */
function apiAddress(base: string, { method = "GET", url = "" }: IncomingMessage): URL | undefined {
  const [path = "", query] = url.split(/\?(.*)/s);
  if (!isApiRoute(method, path)) return undefined;
  const address = new URL(`${base}${path}${query === undefined ? "" : `?${query}`}`);
  return `${address.origin}${address.pathname}` === `${base}${path}` ? address : undefined;
}

async function boundedBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_REQUEST_BYTES) {
    request.resume();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function passed({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    REQUEST_HEADERS.flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}

async function send(request: Request, authorization: Authorization): Promise<Response> {
  if ("sign" in authorization && authorization.sign !== undefined) {
    return fetch(await authorization.sign(request));
  }
  if ("token" in authorization && authorization.token !== undefined) {
    request.headers.set("authorization", `Bearer ${authorization.token}`);
  }
  return fetch(request);
}

async function passOn(answer: Response, response: ServerResponse): Promise<void> {
  const headers = RESPONSE_HEADERS.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  response.writeHead(answer.status, { ...ownHeaders(), ...Object.fromEntries(headers) });
  if (answer.body === null) {
    response.end();
    return;
  }
  // An answer that breaks off, or is too long, ends the connection: the page sees that it is not whole.
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), atMost(), response).catch(() => {
    response.destroy();
  });
}

function atMost(): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      if (bytes > MAX_RESPONSE_BYTES) done(new RangeError("the answer is too long"));
      else done(null, chunk);
    },
  });
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { ...ownHeaders(), "content-type": "application/json" });
  response.end(JSON.stringify({ message }));
}

/** An answer that is opened as a page runs nothing, and no other origin may read it. */
function ownHeaders(): Record<string, string> {
  return responseHeaders("/", { media: [] });
}

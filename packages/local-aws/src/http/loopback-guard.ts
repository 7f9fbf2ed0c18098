import type { IncomingMessage, Server } from "node:http";
import { wrapRequests } from "./wrap-requests.ts";

/** A `Host` that names this machine. Another name that resolves to it is DNS rebinding. */
const THIS_MACHINE = /^(?:127\.0\.0\.1|localhost)(?::(\d{1,5}))?$/i;
const DEFAULT_PORT = "80";

export interface GuardOptions {
  /**
   * Another origin of this machine (`http://127.0.0.1:PORT`) whose pages may read, with GET and HEAD:
   * an API's, say, whose answers hold links into the S3 emulator.
   */
  readableFrom?: string | undefined;
}

/**
 * Puts one guard in front of all of a server's request handlers: only requests for this machine's
 * own name, and not from web pages of other origins, reach them. Every server of the local run has
 * it, those of packages too, whose own CORS rules allow every origin.
 *
 * Handlers that are added later are not guarded.
 */
export function guardServer(server: Server, options: GuardOptions = {}): void {
  wrapRequests(server, (request, response, handle) => {
    if (isForThisMachine(request, options)) return handle();
    request.resume();
    // API Gateway's response for another host name.
    response.writeHead(403, { "content-type": "application/json" });
    response.end('{"message":"Forbidden"}');
  });
}

/**
 * Whether a request comes from this machine's user. Another name in `Host` means that a web page
 * has its own name resolved to this machine; an `Origin` that is not the server's own means that a
 * web page has its visitor's browser send the request. Another port is another origin. SDK clients
 * and command lines send no `Origin`, nor does a browser that follows a link.
 */
function isForThisMachine(
  { method, headers: { host, origin } }: IncomingMessage,
  { readableFrom }: GuardOptions,
): boolean {
  const port = portOfThisMachine(host);
  if (port === undefined) return false;
  if (origin === undefined || isOrigin(origin, port)) return true;
  const isReading = method === "GET" || method === "HEAD";
  return isReading && readableFrom !== undefined && isOrigin(origin, portOf(readableFrom));
}

/** Whether this is an http origin of this machine with that port. */
function isOrigin(origin: string, port: string | undefined): boolean {
  return origin.startsWith("http://") && portOf(origin) === port;
}

function portOf(origin: string): string | undefined {
  return portOfThisMachine(origin.slice("http://".length));
}

/** @returns nothing when another machine is named */
function portOfThisMachine(host: string | undefined): string | undefined {
  const match = THIS_MACHINE.exec(host ?? "");
  return match === null ? undefined : (match[1] ?? DEFAULT_PORT);
}

import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { BrowserSession } from "./browser-session.ts";
import { isFromBrowser } from "./browser-session.ts";
import {
  type ConsoleSettings,
  LINKS_PATH,
  openingAddress,
  SESSION_PATH,
  SETTINGS_PATH,
} from "./console-settings.ts";
import { type AllowedOrigins, responseHeaders } from "./response-headers.ts";
import { fileAnswer, type StaticFiles } from "./static-files.ts";

/** A token has 43 characters; whatever is longer is not read. */
const MAX_BODY_BYTES = 1024;

export interface ConsoleFrontOptions {
  readonly files: StaticFiles;
  readonly session: BrowserSession;
  /** Awaited for the page: where videos lie may not be known before the server listens. */
  readonly settings: () => Promise<ConsoleSettings>;
  readonly origins: () => Promise<AllowedOrigins>;
  /** Where it is served, `http://127.0.0.1:PORT`. */
  readonly origin: () => string;
  /**
   * Whether programs, which are no browser, are let in without a cookie, and given new addresses: true
   * where every user of the machine may call the API anyway.
   */
  readonly programs?: boolean;
}

/** @returns whether it has answered; otherwise the request is the API's */
export type Front = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * What stands in front of an API on the loopback interface: the console's files, the exchange of the
 * one-time token, and the rule that a browser gets nothing else without the cookie. The server that
 * it belongs to has refused foreign origins and host names before.
 *
 * The files are no secret and hold no data, so they need no cookie.
 */
export function consoleFront(options: ConsoleFrontOptions): Front {
  const { session, programs = true } = options;
  return async (request, response) => {
    if (await isServedToAnyone(options, request, response)) return true;
    if (!session.admits(request.headers, programs)) {
      sendJson(response, 401, { message: "Open the console by the address that was printed" });
      return true;
    }
    if (request.method !== "GET" || pathOf(request) !== SETTINGS_PATH) return false;
    sendJson(response, 200, await options.settings());
    return true;
  };
}

/** What needs no cookie: it holds no data, or gives one. */
async function isServedToAnyone(
  options: ConsoleFrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = pathOf(request);
  if (request.method === "POST" && path === SESSION_PATH) {
    await exchange(options.session, request, response);
    return true;
  }
  if (request.method === "POST" && path === LINKS_PATH && isProgram(options, request)) {
    const url = openingAddress(options.origin(), options.session.token());
    sendJson(response, 200, { url });
    return true;
  }
  return sendFile(options, request, response);
}

async function sendFile(
  { files, origins }: ConsoleFrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const path = pathOf(request);
  if (!isRead || !(path === "/" || files.has(path))) return false;
  const file = fileAnswer(files, path, await origins());
  if (file === undefined) return false;
  response.writeHead(file.statusCode, file.headers);
  response.end(request.method === "HEAD" ? undefined : file.body);
  return true;
}

function isProgram({ programs = true }: ConsoleFrontOptions, request: IncomingMessage): boolean {
  return programs && !isFromBrowser(request.headers);
}

function pathOf({ url }: IncomingMessage): string {
  return String(url).split("?")[0] ?? "";
}

async function exchange(
  session: BrowserSession,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const length = Number(request.headers["content-length"] ?? Number.NaN);
  // A form of another page cannot send JSON without asking first.
  const isJson = /^application\/json\b/i.test(request.headers["content-type"] ?? "");
  const token = isJson && length <= MAX_BODY_BYTES ? tokenIn(await text(request)) : undefined;
  const cookie = token === undefined ? undefined : session.exchange(token);
  if (cookie === undefined) {
    sendJson(response, 401, { message: "This address was used already, or is an older one" });
    return;
  }
  response.setHeader("set-cookie", cookie);
  sendJson(response, 200, {});
}

function tokenIn(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== "object" || parsed === null || !("token" in parsed)) return undefined;
    return typeof parsed.token === "string" ? parsed.token : undefined;
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    "content-type": "application/json",
    ...responseHeaders("/", { media: [] }),
  });
  response.end(JSON.stringify(body));
}

import type { IncomingMessage, ServerResponse } from "node:http";
import { type LocalServer, serveLocally } from "../http/local-server.ts";
import { BodyTooLarge, readBytes } from "../http/request-body.ts";
import { MAX_PAYLOAD_BYTES } from "../lambda/payload.ts";
import type { ApiAsset } from "../template/assembly.ts";
import { EVENTS_PATH, type EventReader, eventsAnswer } from "./events-route.ts";
import { gatewayAnswer, type HttpAnswer } from "./function-answer.ts";
import { invokeRoute } from "./invoke-route.ts";
import { requestEvent } from "./request-event.ts";
import { createRouteTable } from "./route-table.ts";

export interface ApiOptions {
  api: ApiAsset;
  /** Invokes a function by its ARN. */
  invoke: (functionArn: string, event: unknown) => Promise<unknown>;
  /** What `GET /_local/events` shows. */
  readEvents: EventReader;
  /** Called with the error of a function that failed; the client sees only that it failed. */
  onFault: (error: unknown) => void;
  /**
   * What is served in front of the API, a page for example. It sees every request that the server's
   * guard lets through, and tells whether it has answered; what it has not is the API's.
   */
  front?: ((message: IncomingMessage, response: ServerResponse) => Promise<boolean>) | undefined;
  /** Called for every request that was answered. */
  onRequest?: (request: AnsweredRequest) => void;
  /** 0, the default, takes any free port. */
  port?: number;
}

/** A request that was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** Without the query, which may hold anything. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  /** The body of a refusal, which the function has made for the client; never a request's. */
  readonly refusal?: string;
}

/** The API has something that is not honoured here. */
export class UnsupportedApi extends Error {
  override readonly name = "UnsupportedApi";
}

/**
 * Serves the stack's HTTP API on the loopback interface, as API Gateway would: requests become
 * events of payload format 2.0, and the functions' results become responses.
 *
 * Callers are not authorized, and nothing is throttled: only users of this machine can reach the
 * port. Requests that name another host are refused.
 *
 * @throws UnsupportedApi, PortInUse
 */
export async function startApi(options: ApiOptions): Promise<LocalServer> {
  if (options.api.cors !== undefined) {
    throw new UnsupportedApi("Cross-origin rules (CORS) are not honoured on one machine");
  }
  const findRoute = createRouteTable(options.api.routes);

  async function answer(message: IncomingMessage): Promise<HttpAnswer> {
    const [path = "", query = ""] = String(message.url).split("?");
    if (message.method === "GET" && path === EVENTS_PATH) {
      return eventsAnswer(options.readEvents, new URLSearchParams(query));
    }
    const routed = findRoute(String(message.method), path);
    if (routed === undefined) return gatewayAnswer(404, "Not Found");
    const body = await readRequestBody(message);
    const event = requestEvent({ message, body, apiId: options.api.id, now: Date.now() }, routed);
    const { functionArn, timeoutMs } = routed.route;
    return invokeRoute(() => options.invoke(functionArn, event), timeoutMs, options.onFault);
  }

  return serveLocally(async (message, response) => {
    const isAnswered = await options.front?.(message, response);
    if (!isAnswered) {
      const began = performance.now();
      const answered = await answer(message).catch(tooLarge);
      send(response, answered);
      options.onRequest?.(describe(message, answered, performance.now() - began));
    }
    // A response may be sent before the body has ended; the rest must not block the connection.
    message.resume();
  }, options);
}

function describe(
  { method = "", url = "" }: IncomingMessage,
  { statusCode, body }: HttpAnswer,
  milliseconds: number,
): AnsweredRequest {
  const [path = ""] = url.split("?");
  const refusal = statusCode >= 400 && typeof body === "string" && { refusal: body };
  return { method, path, status: statusCode, milliseconds: Math.round(milliseconds), ...refusal };
}

/**
 * API Gateway takes 10 MB, but the function behind it gets no event over Lambda's quota, and both
 * refusals look the same. A body that is declared larger is not read at all.
 */
async function readRequestBody(message: IncomingMessage): Promise<Buffer> {
  const declaredBytes = Number(message.headers["content-length"] ?? 0);
  if (declaredBytes > MAX_PAYLOAD_BYTES) throw new BodyTooLarge(MAX_PAYLOAD_BYTES);
  return readBytes(message, MAX_PAYLOAD_BYTES);
}

function tooLarge(error: unknown): HttpAnswer {
  if (error instanceof BodyTooLarge) return gatewayAnswer(413, "Request Entity Too Large");
  throw error;
}

function send(response: ServerResponse, { statusCode, headers, body }: HttpAnswer): void {
  response.writeHead(statusCode, headers);
  response.end(body);
}

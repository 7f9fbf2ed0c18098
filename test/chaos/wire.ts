import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import type { Baton } from "./baton.ts";
import { type Answer, type Exchange, hangUp, intercept } from "./exchange.ts";
import type { HandlerTime } from "./handler-time.ts";
import type { Senders } from "./senders.ts";
import { operationOf, type Service } from "./wire-operation.ts";

export interface WireOptions {
  baton: Baton;
  senders: Senders;
  time: HandlerTime;
  now: () => number;
  /** What becomes of a request: it must be passed on, or answered. */
  meddle: (exchange: Exchange) => Promise<void>;
  /** Hears of every request that an emulator has dealt with, and how. */
  onEffect: (effect: Effect) => void;
}

/** A request that an emulator has dealt with. */
export interface Effect {
  exchange: Exchange;
  requestBody: Buffer;
  answer: { status: number; body: Buffer };
}

type Emit = Server["emit"];

/**
 * Stands in front of every emulator of this process: each request of a handler or of the workflow
 * comes by here before the emulator sees it. Decision 0029.
 */
export class Wire {
  readonly #options: WireOptions;
  readonly #services = new Map<number, Service>();
  readonly #emit: Emit = Server.prototype.emit;

  constructor(options: WireOptions) {
    this.#options = options;
    const wire = this;
    Server.prototype.emit = function emit(this: Server, event: string, ...args: unknown[]) {
      const pass = () => Reflect.apply(wire.#emit, this, [event, ...args]);
      // A connection that is closed because it was idle would be a fault that no history has planned.
      if (event === "connection") this.keepAliveTimeout = 0;
      const service = event === "request" ? wire.#serviceOf(this) : undefined;
      if (service === undefined) return pass();
      const [request, response] = args as [IncomingMessage, ServerResponse];
      void wire.#carry(service, request, response, pass);
      return true;
    } as Emit;
  }

  /** @param endpoint where the emulator listens */
  register(service: Service, endpoint: string): void {
    this.#services.set(Number(new URL(endpoint).port), service);
  }

  remove(): void {
    Server.prototype.emit = this.#emit;
  }

  #serviceOf(server: Server): Service | undefined {
    const address = server.address();
    return typeof address === "object" && address ? this.#services.get(address.port) : undefined;
  }

  async #carry(
    service: Service,
    request: IncomingMessage,
    response: ServerResponse,
    pass: () => void,
  ): Promise<void> {
    const { baton, senders, time, now, meddle } = this.#options;
    // The workflow's own calls carry no sender.
    const invocation = senders.of(request) ?? baton.holder;
    const exchange: Exchange = {
      operation: operationOf(service, request),
      request,
      response,
      invocation,
      time,
      now,
      pass: () => this.#watch(exchange, pass),
      take: () => this.#take(exchange, pass),
    };
    if (invocation === undefined) return exchange.pass();
    if (invocation.lost !== undefined) return hangUp(exchange);
    invocation.open += 1;
    response.once("close", () => {
      invocation.open -= 1;
    });
    if (invocation.open === 1) await baton.offer(invocation);
    await meddle(exchange);
  }

  /** Lets the answer through, and keeps a copy of a small one. */
  #watch(exchange: Exchange, pass: () => void): void {
    const { response } = exchange;
    const requestBody = bodyOf(exchange.request);
    const answer: Buffer[] = [];
    const { write, end } = response;
    const collect = (chunk: unknown) => {
      if (typeof chunk === "string" || chunk instanceof Uint8Array) answer.push(Buffer.from(chunk));
    };
    response.write = ((...args: unknown[]) => {
      collect(args[0]);
      return Reflect.apply(write, response, args);
    }) as typeof write;
    response.end = ((...args: unknown[]) => {
      collect(args[0]);
      this.#tell(exchange, requestBody, { status: response.statusCode, body: answer });
      return Reflect.apply(end, response, args);
    }) as typeof end;
    pass();
  }

  async #take(exchange: Exchange, pass: () => void): Promise<Answer> {
    const requestBody = bodyOf(exchange.request);
    const answer = await intercept(exchange.response, pass);
    this.#tell(exchange, requestBody, { status: answer.status, body: [answer.body] });
    return answer;
  }

  #tell(exchange: Exchange, request: Buffer[], answer: { status: number; body: Buffer[] }): void {
    this.#options.onEffect({
      exchange,
      requestBody: Buffer.concat(request),
      answer: { status: answer.status, body: Buffer.concat(answer.body) },
    });
  }
}

/** Fills while the emulator reads the request. */
function bodyOf(request: IncomingMessage): Buffer[] {
  const chunks: Buffer[] = [];
  // A video is nothing to keep in memory, and its emulator reads in another way.
  if (request.headers["x-amz-target"] === undefined && request.method !== "POST") return chunks;
  request.on("data", (chunk: Buffer | string) => chunks.push(Buffer.from(chunk)));
  return chunks;
}

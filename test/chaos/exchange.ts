import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { HandlerTime } from "./handler-time.ts";
import type { Invocation } from "./invocation.ts";

/** An answer, read off an emulator before anybody else has seen it. */
export interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** One request on its way to an emulator. */
export interface Exchange {
  readonly operation: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Who asks, when it is a handler or a task of the workflow. */
  readonly invocation: Invocation | undefined;
  readonly time: HandlerTime;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Lets the emulator do what is asked, and gives its answer to the caller. */
  pass(): void;
  /** Lets the emulator do what is asked, and keeps its answer back. */
  take(): Promise<Answer>;
}

export function reply({ response }: Exchange, answer: Partial<Answer> & { status: number }): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, answer.headers ?? {});
  response.end(answer.body);
}

export function replyJson(exchange: Exchange, status: number, body: unknown): void {
  reply(exchange, {
    status,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(body)),
  });
}

/** Whoever asked finds the connection broken. */
export function hangUp({ request }: Exchange): void {
  request.socket.destroy();
}

/** Nobody answers until the caller's patience has ended. */
export async function keepWaiting({ time, request }: Exchange): Promise<void> {
  await time.silence(() => request.socket.destroyed);
  request.socket.destroy();
}

/** Reads what an emulator answers, instead of sending it. */
export function intercept(response: ServerResponse, start: () => void): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const { write, end, writeHead, flushHeaders } = response;
  const chunks: Buffer[] = [];
  const collect = (chunk: unknown) => {
    if (typeof chunk === "string" || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  let head: { status?: number; headers?: OutgoingHttpHeaders } = {};
  Object.assign(response, {
    writeHead(status: number, ...rest: unknown[]) {
      head = { status, headers: (rest.at(-1) ?? {}) as OutgoingHttpHeaders };
      return response;
    },
    flushHeaders() {},
    write(chunk: unknown, ...rest: unknown[]) {
      collect(chunk);
      const done = rest.at(-1);
      if (typeof done === "function") queueMicrotask(() => done());
      return true;
    },
    end(chunk?: unknown, ...rest: unknown[]) {
      collect(chunk);
      const headers = { ...response.getHeaders(), ...head.headers };
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      const status = head.status ?? response.statusCode;
      Object.assign(response, { write, end, writeHead, flushHeaders });
      resolve({ status, headers, body: Buffer.concat(chunks) });
      const done = [chunk, ...rest].at(-1);
      if (typeof done === "function") response.once("finish", () => done());
      return response;
    },
  });
  start();
  return promise;
}

import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import type { SecureContextOptions } from "node:tls";
import { createBrotliDecompress, createInflate, createZstdDecompress } from "node:zlib";
import * as z from "zod/mini";
import { NeverSent, type Send } from "./exchange.ts";

/**
 * Sends a request on a connection of its own, and only once that is ready: the name resolved, the
 * connection made, the server's certificate verified. A failure before that proves that the request was
 * never sent; no list of error names could, since a connection can be reset at any time.
 * Decision 0048.
 *
 * @param trust certificates to trust instead of Node's own
 * @throws NeverSent for a failure before the first byte of the request was written; afterwards the
 *   error of the connection
 */
export function sendOnFreshConnection(
  url: URL,
  { method, headers, body = "", signal }: Parameters<Send>[1],
  trust: Pick<SecureContextOptions, "ca"> = {},
): ReturnType<Send> {
  return new Promise((resolve, reject) => {
    const { request, Agent } = url.protocol === "https:" ? https : http;
    let written = false;
    const outgoing = request(url, {
      method,
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      agent: new Agent({ keepAlive: false, ...trust, ...processProxy() }),
      signal,
    });
    outgoing.on("error", (error) => {
      const cause: unknown = signal.aborted ? signal.reason : error;
      reject(written ? cause : new NeverSent("nothing was written to the connection", { cause }));
    });
    outgoing.on("response", (incoming) => resolve(responseOf(incoming)));
    outgoing.on("socket", (socket) =>
      whenReady(socket, () => {
        written = true;
        outgoing.end(body);
      }),
    );
  });
}

const agentSchema = z.object({
  options: z.object({ proxyEnv: z.optional(z.record(z.string(), z.optional(z.string()))) }),
});

/** The proxy of this process, as set in its global agent; none when deployed. */
function processProxy() {
  return { proxyEnv: agentSchema.safeParse(https.globalAgent).data?.options.proxyEnv };
}

/** Node emits `secureConnect` only after it has verified the certificate. */
function whenReady(socket: Socket, send: () => void): void {
  const isSecuring = "secureConnecting" in socket && socket.secureConnecting === true;
  if (isSecuring) socket.once("secureConnect", send);
  else if (socket.connecting) socket.once("connect", send);
  else send();
}

/** Without gzip, which `boundedText` recognizes by its bytes: some answers are only labelled so. */
const DECODERS: Readonly<Record<string, () => Duplex>> = {
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

function responseOf(incoming: IncomingMessage) {
  const decoder = DECODERS[incoming.headers["content-encoding"]?.trim().toLowerCase() ?? ""];
  return {
    status: incoming.statusCode ?? 0,
    headers: { get: (name: string) => headerOf(incoming, name) },
    // An error of either stream ends the reading of the last one.
    body: decoder === undefined ? incoming : pipeline(incoming, decoder(), () => {}),
  };
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(", ") : value) ?? null;
}

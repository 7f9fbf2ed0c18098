import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type GuardOptions, guardServer } from "./loopback-guard.ts";
import { PortInUse } from "./port-in-use.ts";

/** A running emulator: where SDK clients reach it, and how to end it. */
export interface LocalServer {
  /** `http://127.0.0.1:PORT`, the value for `AWS_ENDPOINT_URL_<SERVICE>`. */
  endpoint: string;
  /** Stops listening, cuts open connections and waits until every request handler is done. */
  close(): Promise<void>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** One port and no other; or that one unless something else has it, and then any free one. */
export type PortChoice = number | { readonly preferred: number };

export interface ServeOptions extends GuardOptions {
  /** 0, the default, takes any free port. */
  port?: PortChoice | undefined;
}

/**
 * Serves `handle` on the loopback interface only, and not to web pages from elsewhere.
 *
 * A handler answers its own errors; if one still rejects (the client left during the response), its
 * connection is cut, because no valid response can be sent any more.
 *
 * @throws PortInUse when the one port cannot be had
 */
export async function serveLocally(
  handle: Handler,
  { port = 0, readableFrom }: ServeOptions = {},
): Promise<LocalServer> {
  const inFlight = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const work = handle(request, response)
      .catch(() => void response.destroy())
      .finally(() => inFlight.delete(work));
    inFlight.add(work);
  });
  guardServer(server, { readableFrom });
  // A body of many gigabytes may take longer than Node's five minutes for one request.
  server.requestTimeout = 0;
  keepConnections(server);
  await listen(server, port);
  return {
    endpoint: `http://127.0.0.1:${portOf(server.address())}`,
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
      await Promise.all(inFlight);
    },
  };
}

async function listen(server: Server, choice: PortChoice): Promise<void> {
  if (typeof choice === "number") return listenOn(server, choice);
  try {
    await listenOn(server, choice.preferred);
  } catch (error) {
    if (!(error instanceof PortInUse)) throw error;
    await listenOn(server, 0);
  }
}

async function listenOn(server: Server, port: number): Promise<void> {
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (error) => reject(PortInUse.of(error, port) ?? error));
  server.listen(port, "127.0.0.1", resolve);
  await listening;
}

/**
 * Lets clients close idle connections. Node would close them after five seconds, and since servers
 * and clients share one event loop here, a client that was busy for so long would find its next
 * request reset.
 */
export function keepConnections(server: Server): void {
  server.keepAliveTimeout = 0;
}

/** The port of a listening TCP server. */
export function portOf(address: { port: number } | string | null): number {
  if (address === null || typeof address === "string") {
    throw new TypeError("The server does not listen on a TCP port.");
  }
  return address.port;
}

import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";

/** A running stand-in: where SDK clients reach it, and how to end it. */
export interface LocalServer {
  /** `http://127.0.0.1:PORT`, the value for `AWS_ENDPOINT_URL_<SERVICE>`. */
  endpoint: string;
  /** Stops listening, cuts open connections and waits until every request has been tidied up. */
  close(): Promise<void>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Serves `handle` on the loopback interface only, and not to web pages from elsewhere.
 *
 * A handler answers its own errors; one that still rejects (the client left in the middle of an
 * answer) has its connection cut, because nothing truthful can be sent any more.
 *
 * @param port 0, the default, takes any free port
 */
export async function serveLocally(handle: Handler, port = 0): Promise<LocalServer> {
  const inFlight = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const work = (isForThisMachine(request.headers) ? handle : refuse)(request, response)
      .catch(() => void response.destroy())
      .finally(() => inFlight.delete(work));
    inFlight.add(work);
  });
  // A body of many gigabytes may take longer than Node's five minutes for one request.
  server.requestTimeout = 0;
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, "127.0.0.1", resolve);
  await listening;
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

const THIS_MACHINE = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/i;

/**
 * Whether a request was meant for this machine by somebody on it. With another name in `Host`, a
 * web page has had its own name resolved to this machine; with a foreign `Origin`, a web page has
 * its visitor's browser send the request.
 */
export function isForThisMachine({ host, origin }: IncomingHttpHeaders): boolean {
  const isOwnOrigin = origin === undefined || THIS_MACHINE.test(origin.replace(/^https?:\/\//, ""));
  return host !== undefined && THIS_MACHINE.test(host) && isOwnOrigin;
}

/** In the words of API Gateway for a name that is not its own. */
async function refuse(request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  response.writeHead(403, { "content-type": "application/json" });
  response.end('{"message":"Forbidden"}');
}

/** The port of a listening TCP server. */
export function portOf(address: { port: number } | string | null): number {
  if (address === null || typeof address === "string") {
    throw new TypeError("The server does not listen on a TCP port.");
  }
  return address.port;
}

import { type Answer, type Exchange, hangUp, keepWaiting, reply } from "./exchange.ts";
import { CUT_FILE, changedPiece, WEBM_FILE } from "./source-files.ts";

/** What goes wrong with one request. */
export type Fault = (exchange: Exchange) => Promise<void> | void;

/** A page of a gateway, and nothing of what was asked for. */
export function page(status: number): Fault {
  return (exchange) =>
    reply(exchange, {
      status,
      headers: { "content-type": "text/html" },
      body: Buffer.from("<html><body>chaos</body></html>"),
    });
}

function redirect(location: string): Fault {
  return (exchange) => reply(exchange, { status: 302, headers: { location } });
}

const CHANGED_ETAG = '"changed"';

/** Where in the file an answer begins. */
function offsetOf({ headers }: Answer): number {
  return Number(/^bytes (\d+)-/.exec(String(headers["content-range"]))?.[1] ?? 0);
}

/** Sends the first half of the file, and leaves it at that. */
async function firstHalf(exchange: Exchange): Promise<void> {
  const { status, headers, body } = await exchange.take();
  const { response } = exchange;
  response.writeHead(status, { ...headers, "content-length": body.length });
  const { promise, resolve } = Promise.withResolvers<void>();
  response.write(body.subarray(0, body.length / 2), () => resolve());
  await promise;
}

/** The source has this file, of less than one part, and is right about its length. */
function file(bytes: Buffer, etag: string): Fault {
  return (exchange) => {
    const offset = /^bytes=(\d+)-/.exec(exchange.request.headers.range ?? "")?.[1];
    const from = Number(offset ?? 0);
    if (from >= bytes.length) return page(416)(exchange);
    const headers = { "content-type": "video/mp4", "content-length": bytes.length - from, etag };
    const range = { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    return offset === undefined
      ? reply(exchange, { status: 200, headers, body: bytes })
      : reply(exchange, {
          status: 206,
          headers: { ...headers, ...range },
          body: bytes.subarray(from),
        });
  };
}

/** Faults of a download. */
export const SOURCE = {
  "source-403": page(403),
  "source-404": page(404),
  "source-500": page(500),
  "source-html": page(200),
  "source-reset": hangUp,
  "source-cut": async (exchange) => {
    await firstHalf(exchange);
    exchange.request.socket.destroySoon();
  },
  "source-stalled": async (exchange) => {
    await firstHalf(exchange);
    // The half has to arrive before the silence begins.
    await new Promise((done) => setImmediate(done));
    await keepWaiting(exchange);
  },
  "source-redirected-inward": redirect("https://169.254.169.254/latest/meta-data/"),
  "source-redirected-elsewhere": redirect("https://example.com/video.mp4"),
  /** Later parts have an ETag of their own: two files under one could be told apart by nobody. */
  "source-other-content": async (exchange) => {
    const answer = await exchange.take();
    const etag = offsetOf(answer) === 0 ? {} : { etag: '"other"' };
    const headers = { ...answer.headers, ...etag };
    const body = Buffer.alloc(answer.body.length, "not a video ");
    reply(exchange, { status: answer.status, headers, body });
  },
  /** Like a cache that does not know If-Match. */
  "source-changed": async (exchange) => {
    if (exchange.request.headers["if-match"] === CHANGED_ETAG) {
      delete exchange.request.headers["if-match"];
    }
    const answer = await exchange.take();
    const headers = { ...answer.headers, etag: CHANGED_ETAG };
    const body = changedPiece(answer.body, offsetOf(answer));
    reply(exchange, { status: answer.status, headers, body });
  },
  /** A file of another container, under a video's usual type. */
  "source-webm": file(WEBM_FILE, '"webm"'),
  /** Cut before it came to the source: nothing but its structure tells. */
  "source-cut-at-origin": file(CUT_FILE, '"cut"'),
  /** Like a server that knows ranges and cannot serve them. */
  "source-ranges-refused": (exchange) =>
    exchange.request.headers.range === undefined ? exchange.pass() : page(416)(exchange),
  /** Like a file that lies on several nodes, each of which makes an ETag of its own. */
  "source-etag-per-node": async (exchange) => {
    if (exchange.request.headers["if-match"] !== undefined) return page(412)(exchange);
    const answer = await exchange.take();
    const etag = `"node-${exchange.invocation?.random()}"`;
    reply(exchange, { ...answer, headers: { ...answer.headers, etag } });
  },
  "source-ranges-ignored": async (exchange) => {
    delete exchange.request.headers.range;
    exchange.pass();
  },
} satisfies Record<string, Fault>;

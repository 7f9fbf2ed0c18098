import type { IncomingMessage, ServerResponse } from "node:http";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";

/** A file as an origin with ranges serves it. */
export interface OriginFile {
  bytes: Buffer;
  /** With its quotes. */
  etag?: string;
  contentType?: string;
}

/** Answers instead of the origin; `false` leaves the answer to it. */
type Interference = (
  request: IncomingMessage,
  response: ServerResponse,
  rangeStart: number,
) => boolean | Promise<boolean>;

export interface RangedOrigin extends TestServer {
  file: OriginFile;
  interfere: Interference;
  /** The first byte of each range that was asked for, in order. */
  rangeStarts(): number[];
}

/** An origin that serves one file, whole or in ranges, and heeds If-Match (RFC 9110). */
export async function rangedOrigin(file: OriginFile): Promise<RangedOrigin> {
  const server = await serve(async (request, response) => {
    const start = rangeStart(request) ?? 0;
    if (!(await origin.interfere(request, response, start))) answer(origin.file, request, response);
  });
  const origin: RangedOrigin = {
    ...server,
    file,
    interfere: () => false,
    rangeStarts: () => server.requests.flatMap((request) => rangeStart(request) ?? []),
  };
  return origin;
}

function answer(file: OriginFile, request: IncomingMessage, response: ServerResponse): void {
  const { bytes, etag, contentType = "video/mp4" } = file;
  const headers = {
    "content-type": contentType,
    "accept-ranges": "bytes",
    ...(etag !== undefined && { etag }),
  };
  const ifMatch = request.headers["if-match"];
  if (ifMatch !== undefined && ifMatch !== etag) {
    response.writeHead(412, headers).end();
    return;
  }
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  if (from === undefined) {
    response.writeHead(200, { ...headers, "content-length": bytes.length }).end(bytes);
    return;
  }
  const first = Number(from);
  const last = Math.min(Number(to), bytes.length - 1);
  if (first > last) {
    response.writeHead(416, { ...headers, "content-range": `bytes */${bytes.length}` }).end();
    return;
  }
  response
    .writeHead(206, {
      ...headers,
      "content-length": last - first + 1,
      "content-range": `bytes ${first}-${last}/${bytes.length}`,
    })
    .end(bytes.subarray(first, last + 1));
}

function rangeStart(request: IncomingMessage): number | undefined {
  const [, from] = /^bytes=(\d+)-/.exec(request.headers.range ?? "") ?? [];
  return from === undefined ? undefined : Number(from);
}

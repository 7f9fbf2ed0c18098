import type { IncomingMessage, ServerResponse } from "node:http";

/** The bytes that a request asks for, both included. */
export interface AskedRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Begins the answer of an origin that serves ranges: status and headers, for a file of so many bytes.
 *
 * @param etag without its quotes
 */
export function beginRangedAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, etag }: { readonly bytes: number; readonly etag: string },
): AskedRange {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const first = Number(from ?? 0);
  const last = Math.min(Number(to ?? bytes - 1), bytes - 1);
  response.writeHead(from === undefined ? 200 : 206, {
    "content-type": "video/mp4",
    "accept-ranges": "bytes",
    etag: `"${etag}"`,
    "content-length": last - first + 1,
    ...(from !== undefined && { "content-range": `bytes ${first}-${last}/${bytes}` }),
  });
  return { first, last };
}

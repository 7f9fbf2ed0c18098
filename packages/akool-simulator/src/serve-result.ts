import { createHash } from "node:crypto";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { ifMatchFails, ifRangeHolds, type Selection, selectRange } from "./byte-range.ts";
import { type Delivery, deliveryOf, pieces } from "./delivery.ts";
import { sendText } from "./http-replies.ts";
import type { ServedFile, TextFile, VideoFile } from "./result-file.ts";

const page = "<!doctype html><html><head><title>Sign in</title></head><body>Sign in</body></html>";

/**
 * Serves one result file to a GET or HEAD request, as an object store behind a CDN would: with
 * ETag, Last-Modified, If-Match, Range and If-Range (RFC 9110).
 *
 * @param modifiedAt - when the file came to be, in epoch milliseconds
 * @param signal - aborted when the client leaves
 */
export async function serveResult(
  response: ServerResponse,
  file: ServedFile | TextFile,
  modifiedAt: number,
  signal: AbortSignal,
): Promise<void> {
  switch (file.kind) {
    case "html":
      return sendText(response, 200, page, { "content-type": "text/html" });
    case "text":
      return sendText(response, 200, file.body, {
        "content-type": file.contentType ?? "application/x-subrip",
      });
    case "status":
      return sendText(response, file.status, "simulated answer of the result server");
    case "redirect":
      return sendText(response, 302, "", { location: file.location });
    default:
      return serveVideo(response, file, modifiedAt, signal);
  }
}

async function serveVideo(
  response: ServerResponse,
  file: VideoFile,
  modifiedAt: number,
  signal: AbortSignal,
): Promise<void> {
  const request = response.req;
  const delivery = deliveryOf(file);
  const { bytes } = delivery.content;
  const etag = `"${createHash("md5")
    .update(JSON.stringify([file, modifiedAt]))
    .digest("hex")}"`;
  const lastModified = new Date(modifiedAt).toUTCString();
  const selection = select(request, delivery, [etag, lastModified]);
  if (ifMatchFails(request.headers["if-match"], etag)) return sendText(response, 412, "");
  if (selection.kind === "unsatisfiable") {
    return sendText(response, 416, "", { "content-range": `bytes */${bytes}` });
  }
  const part = selection.kind === "part" ? selection : { start: 0, end: bytes - 1 };
  const headers: OutgoingHttpHeaders = {
    "content-type": "video/mp4",
    etag,
    "last-modified": lastModified,
  };
  if (delivery.ranges) headers["accept-ranges"] = "bytes";
  if (delivery.declaresLength) headers["content-length"] = part.end - part.start + 1;
  if (selection.kind === "part") {
    headers["content-range"] = `bytes ${part.start}-${part.end}/${bytes}`;
  }
  response.writeHead(selection.kind === "part" ? 206 : 200, headers);
  if (request.method === "HEAD") response.end();
  else await sendBytes(response, delivery, part.start, part.end + 1, signal);
}

/** `Range` counts for GET alone, and only while its `If-Range` names the file as it is. */
function select(
  { method, headers }: IncomingMessage,
  { ranges, content }: Delivery,
  validators: readonly string[],
): Selection {
  const counts =
    ranges && method === "GET" && ifRangeHolds(headers["if-range"]?.toString(), validators);
  return selectRange(counts ? headers.range : undefined, content.bytes);
}

async function sendBytes(
  response: ServerResponse,
  delivery: Delivery,
  start: number,
  stop: number,
  signal: AbortSignal,
): Promise<void> {
  if (stop <= delivery.cutAt) {
    return pipeline(pieces(delivery, start, stop, signal), response);
  }
  response.flushHeaders();
  await pipeline(pieces(delivery, start, delivery.cutAt, signal), response, { end: false });
  // Flushed before the cut, so that the cut is where the script says.
  response.req.socket.destroySoon();
}

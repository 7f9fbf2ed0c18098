/**
 * The origin of this benchmark, a process of its own: serves `/<first|last>/<bytes>`, a film with its
 * index at that end, whole or in ranges. Its samples are one block of memory that repeats.
 */
import { randomFillSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listenAndReport } from "../support/child-server.ts";
import { beginRangedAnswer } from "../support/ranged-answer.ts";
import { type FilmPiece, filmOf } from "./film.ts";

const BLOCK = randomFillSync(Buffer.alloc(16 * 1024 * 1024));
const WRITE_BYTES = 1024 * 1024;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, place = "", total = ""] = (request.url ?? "").split("/");
  const bytes = Number.parseInt(total, 10);
  if (!Number.isSafeInteger(bytes)) {
    response.writeHead(404).end();
    return;
  }
  const { first, last } = beginRangedAnswer(request, response, {
    bytes,
    etag: `${place}-${bytes}`,
  });
  const pieces = filmOf({ bytes, indexFirst: place === "first" });
  for (let at = first; at <= last && !response.destroyed; at += WRITE_BYTES) {
    const slice = sliceOf(pieces, at, Math.min(at + WRITE_BYTES, last + 1));
    if (!response.write(slice))
      await Promise.race([once(response, "drain"), once(response, "close")]);
  }
  response.end();
}

/** Copies only where the slice has a piece of the film in it. */
function sliceOf(pieces: readonly FilmPiece[], start: number, end: number): Buffer {
  const at = start % (BLOCK.length - WRITE_BYTES);
  const samples = BLOCK.subarray(at, at + end - start);
  const within = pieces.filter(
    ({ offset, bytes }) => offset < end && offset + bytes.length > start,
  );
  if (within.length === 0) return samples;
  const slice = Buffer.from(samples);
  for (const { offset, bytes } of within) {
    const skipped = Math.max(0, start - offset);
    bytes.copy(slice, Math.max(0, offset - start), skipped, skipped + slice.length);
  }
  return slice;
}

await listenAndReport(
  createServer({ noDelay: true }, (request, response) => void answer(request, response)),
);

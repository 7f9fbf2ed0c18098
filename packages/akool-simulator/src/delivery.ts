import { setTimeout as sleep } from "node:timers/promises";
import type { VideoFile } from "./result-file.ts";
import { contentOf, type VideoContent } from "./video-content.ts";

/** How a video is sent. */
export interface Delivery {
  readonly content: VideoContent;
  readonly ranges: boolean;
  readonly declaresLength: boolean;
  /** The connection ends in front of this byte. */
  readonly cutAt: number;
  readonly bytesPerSecond: number;
}

/** @returns how the result server serves a video of this kind. */
export function deliveryOf(file: VideoFile): Delivery {
  return {
    content: contentOf(file),
    ranges: file.kind !== "no-ranges" && file.kind !== "chunked",
    declaresLength: file.kind !== "chunked",
    cutAt: file.kind === "cut" ? file.sent : Number.POSITIVE_INFINITY,
    bytesPerSecond: file.kind === "slow" ? file.bytesPerSecond : Number.POSITIVE_INFINITY,
  };
}

/** A throttled video is sent in this many pieces a second. */
const piecesPerSecond = 10;

/**
 * Reads a delivery from `start` until before `stop` no faster than its speed.
 *
 * @param signal - ends the waiting between two pieces when the client leaves
 */
export async function* pieces(
  { content, bytesPerSecond }: Delivery,
  start: number,
  stop: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for await (const chunk of content.read(start, stop)) {
    if (bytesPerSecond === Number.POSITIVE_INFINITY) yield chunk;
    else yield* throttled(chunk, bytesPerSecond, signal);
  }
}

async function* throttled(chunk: Buffer, bytesPerSecond: number, signal: AbortSignal) {
  const size = Math.max(1, Math.floor(bytesPerSecond / piecesPerSecond));
  for (let at = 0; at < chunk.length; at += size) {
    const piece = chunk.subarray(at, at + size);
    yield piece;
    await sleep((piece.length / bytesPerSecond) * 1000, undefined, { signal });
  }
}

import type { ByteRange } from "#archive/source/send-request.ts";

const MEBIBYTE = 1024 * 1024;

/** S3's limit. */
export const MAX_PARTS = 10_000;

/** How large parts are, and how many are in flight. */
export interface PartSizing {
  /** Of each part; larger only if 10,000 parts would not be enough. */
  partBytes: number;
  /** Parts in flight at a time, each on a connection of its own. */
  connections: number;
  /** Memory for all parts in flight; one part is always allowed. */
  bufferBytes: number;
  /** Up to this size a video is held in memory and stored with one request. */
  smallBytes: number;
}

/**
 * The smallest parts that S3 accepts: a small video is spread over more connections, a failed part is
 * repeated sooner, and six of them are 30 MiB. Six connections at the usual 25 MB/s are 150 MB/s, twice
 * what a Lambda function's network carries. A typical result has 2 to 20 MB: most are small, and cost
 * one PutObject in half of that memory. Decision 0037.
 */
export const DEFAULT_SIZING: PartSizing = {
  partBytes: 5 * MEBIBYTE,
  connections: 6,
  bufferBytes: 30 * MEBIBYTE,
  smallBytes: 16 * MEBIBYTE,
};

/** How a video is cut into parts. */
export interface PartPlan {
  totalBytes: number;
  /** Of the first part, which is requested before the size is known. */
  firstBytes: number;
  /** Of all parts after the first; the last may be shorter. */
  partBytes: number;
  count: number;
  /** Parts in flight at a time. */
  connections: number;
}

/** Cuts a video of known size, of at least 1 byte. */
export function planParts(totalBytes: number, sizing: PartSizing): PartPlan {
  const firstBytes = Math.min(sizing.partBytes, totalBytes);
  const restBytes = totalBytes - firstBytes;
  const partBytes = partBytesFor(restBytes, MAX_PARTS - 1, sizing);
  const count = 1 + Math.ceil(restBytes / partBytes);
  const connections = Math.min(connectionsFor(partBytes, sizing), count);
  return { totalBytes, firstBytes, partBytes, count, connections };
}

/**
 * The size of parts for a number of bytes: beyond 48 GiB they grow, so that 10,000 are enough.
 *
 * @param bytes 0 if unknown
 */
export function partBytesFor(bytes: number, maxParts: number, sizing: PartSizing): number {
  return Math.max(sizing.partBytes, Math.ceil(bytes / maxParts));
}

/** With this many of each size, 10,000 parts hold S3's largest object. */
const PARTS_OF_A_SIZE = 950;

/** The size of the next part of a video of unknown length: it doubles, so that 10,000 are enough. */
export function growingPartBytes(finishedParts: number, sizing: PartSizing): number {
  return sizing.partBytes * 2 ** Math.floor(finishedParts / PARTS_OF_A_SIZE);
}

/** How many parts of a size fit in memory, up to the number of connections. */
export function connectionsFor(partBytes: number, sizing: PartSizing): number {
  return Math.max(1, Math.min(sizing.connections, Math.floor(sizing.bufferBytes / partBytes)));
}

/** The number of the part that holds a byte of the video. */
export function partAt(plan: PartPlan, offset: number): number {
  if (offset < plan.firstBytes) return 1;
  return 2 + Math.floor((offset - plan.firstBytes) / plan.partBytes);
}

/** @param partNumber from 1 to the plan's count */
export function rangeOf(plan: PartPlan, partNumber: number): ByteRange {
  if (partNumber === 1) return { offset: 0, bytes: plan.firstBytes };
  const offset = plan.firstBytes + (partNumber - 2) * plan.partBytes;
  return { offset, bytes: Math.min(plan.partBytes, plan.totalBytes - offset) };
}

const MEBIBYTE = 1024 * 1024;

/** S3's limits of a multipart upload: bytes of every part but the last, and number of parts. */
const MIN_PART_BYTES = 5 * MEBIBYTE;
export const MAX_PARTS = 10_000;

/** What parts may cost. */
export interface PartSizing {
  /** Bytes of the first part, which is also what is asked for before anything is known. */
  firstBytes: number;
  /** The range in which the other parts' size follows from the video's. */
  minBytes: number;
  maxBytes: number;
  /** Parts under way at a time, each on a connection of its own. */
  connections: number;
  /** Memory for all parts under way; one part is always allowed. */
  bufferBytes: number;
}

/**
 * Eight connections at the 25 MB/s that one commonly gets fill the 600 Mbit/s that a Lambda function
 * gets more than twice, and 64 MiB are little beside the function's 1024.
 */
export const DEFAULT_SIZING: PartSizing = {
  firstBytes: MIN_PART_BYTES,
  minBytes: MIN_PART_BYTES,
  maxBytes: 8 * MEBIBYTE,
  connections: 8,
  bufferBytes: 64 * MEBIBYTE,
};

/** How a video is cut into parts. */
export interface PartPlan {
  totalBytes: number;
  firstBytes: number;
  /** Of all parts between the first and the last, which may be shorter. */
  partBytes: number;
  count: number;
  /** Parts under way at a time. */
  connections: number;
}

/** Bytes of the video that a part holds. */
export interface ByteRange {
  offset: number;
  bytes: number;
}

/**
 * Cuts a video of known size. Small videos are spread over all connections; from 78 GiB on, parts
 * grow so that 10,000 of them are enough, and fewer are under way at a time.
 *
 * @param totalBytes at least 1
 */
export function planParts(totalBytes: number, sizing: PartSizing): PartPlan {
  const firstBytes = Math.min(sizing.firstBytes, totalBytes);
  const restBytes = totalBytes - firstBytes;
  const partBytes = partBytesFor(restBytes, MAX_PARTS - 1, sizing);
  const count = 1 + Math.ceil(restBytes / partBytes);
  const connections = Math.min(connectionsFor(partBytes, sizing), count);
  return { totalBytes, firstBytes, partBytes, count, connections };
}

/**
 * Size of a part for a number of bytes that is cut evenly.
 *
 * @param bytes 0 when it is not known: then a part has the usual size
 */
export function partBytesFor(bytes: number, maxParts: number, sizing: PartSizing): number {
  const spread = bytes === 0 ? sizing.maxBytes : Math.ceil(bytes / sizing.connections);
  const usual = Math.min(Math.max(spread, sizing.minBytes), sizing.maxBytes);
  return Math.max(usual, Math.ceil(bytes / maxParts));
}

/** How many parts of a size the memory holds, up to the number of connections. */
export function connectionsFor(partBytes: number, sizing: PartSizing): number {
  return Math.max(1, Math.min(sizing.connections, Math.floor(sizing.bufferBytes / partBytes)));
}

/** @param partNumber from 1 to the plan's count */
export function rangeOf(plan: PartPlan, partNumber: number): ByteRange {
  if (partNumber === 1) return { offset: 0, bytes: plan.firstBytes };
  const offset = plan.firstBytes + (partNumber - 2) * plan.partBytes;
  return { offset, bytes: Math.min(plan.partBytes, plan.totalBytes - offset) };
}

const MEBIBYTE = 1024 * 1024;

/** S3's limit. */
export const MAX_PARTS = 10_000;

/** What parts may cost. */
export interface PartSizing {
  /** Of every part, as long as 10,000 of them are enough. */
  partBytes: number;
  /** Parts under way at a time, each on a connection of its own. */
  connections: number;
  /** Memory for all parts under way; one part is always allowed. */
  bufferBytes: number;
  /** Up to this size a video is collected in memory, and stored with one request. */
  smallBytes: number;
}

/**
 * The smallest parts that S3 takes: a small video is spread over more connections, what fails is
 * repeated sooner, and six of them are 30 MiB. Six connections at the 25 MB/s that one commonly gets
 * are 150 MB/s, twice what a Lambda function's network carries. A typical result has 2 to 20 MB: most
 * are small, and cost one PutObject in half of that memory.
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
  /** Of the first part, which is also what is asked for before anything is known. */
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
 * Size of the parts for a number of bytes: from 48 GiB on they grow, so that 10,000 are enough.
 *
 * @param bytes 0 when it is not known
 */
export function partBytesFor(bytes: number, maxParts: number, sizing: PartSizing): number {
  return Math.max(sizing.partBytes, Math.ceil(bytes / maxParts));
}

/** With so many of each size, 10,000 parts carry all that S3 takes. */
const PARTS_OF_A_SIZE = 950;

/** Size of the next part of a video of unknown length: it doubles, so that 10,000 are enough. */
export function growingPartBytes(finishedParts: number, sizing: PartSizing): number {
  return sizing.partBytes * 2 ** Math.floor(finishedParts / PARTS_OF_A_SIZE);
}

/** How many parts of a size the memory holds, up to the number of connections. */
export function connectionsFor(partBytes: number, sizing: PartSizing): number {
  return Math.max(1, Math.min(sizing.connections, Math.floor(sizing.bufferBytes / partBytes)));
}

/** The number of the part that a byte of the video lies in. */
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

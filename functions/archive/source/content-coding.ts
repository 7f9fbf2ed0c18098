import type { IncomingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  inflateRawSync,
  inflateSync,
} from "node:zlib";
import { beginsLikeMedia } from "#archive/content/detect.ts";
import { SourceUnavailable } from "#archive/errors.ts";

/** How many of the first bytes tell whether they are under a coding. */
export const CODING_HEAD_BYTES = 4_096;

const GZIP_MAGIC = 0x1f8b;
const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_SKIPPABLE = 0x184d2a50;

/** What a decoder makes of the first bytes, without end as they are. */
const TRIAL = {
  finishFlush: constants.Z_SYNC_FLUSH,
  maxOutputLength: 1024 * 1024,
};
const BROTLI_TRIAL = { ...TRIAL, finishFlush: constants.BROTLI_OPERATION_FLUSH };

interface Coding {
  isUnder(head: Buffer): boolean;
  decoder(): Duplex;
}

const gzip: Coding = {
  isUnder: (head) => head.length >= 2 && head.readUInt16BE(0) === GZIP_MAGIC,
  decoder: () => createGunzip(),
};
const zstd: Coding = {
  isUnder: (head) =>
    head.length >= 4 &&
    (head.readUInt32LE(0) === ZSTD_MAGIC ||
      (head.readUInt32LE(0) & 0xfffffff0) >>> 0 === ZSTD_SKIPPABLE),
  decoder: () => createZstdDecompress(),
};
// The next three begin with anything: what is a video without them is not under them.
const zlib: Coding = {
  isUnder: (head) =>
    head.length >= 2 &&
    (head.readUInt8(0) & 0x0f) === 8 &&
    head.readUInt16BE(0) % 31 === 0 &&
    mayBeUnder(head, () => inflateSync(head, TRIAL)),
  decoder: () => createInflate(),
};
const rawDeflate: Coding = {
  isUnder: (head) => mayBeUnder(head, () => inflateRawSync(head, TRIAL)),
  decoder: () => createInflateRaw(),
};
const brotli: Coding = {
  isUnder: (head) => mayBeUnder(head, () => brotliDecompressSync(head, BROTLI_TRIAL)),
  decoder: () => createBrotliDecompress(),
};

/** Codings by name, and what such bytes may be: servers mix the names up, but the bytes tell. */
const CODINGS: Readonly<Record<string, readonly Coding[]>> = {
  gzip: [gzip, zstd, zlib],
  "x-gzip": [gzip, zstd, zlib],
  zstd: [zstd, gzip],
  // Servers send either of two formats under this name (RFC 9110, 8.4.1.2).
  deflate: [gzip, zstd, zlib, rawDeflate],
  br: [gzip, zstd, brotli],
};

function mayBeUnder(head: Buffer, decode: () => Buffer): boolean {
  if (head.length === 0 || beginsLikeMedia(head)) return false;
  try {
    decode();
    return true;
  } catch (error) {
    // More than the first bytes may hold is no fault of theirs.
    return error instanceof RangeError;
  }
}

/**
 * The codings that an answer names and that change its bytes, in the order in which they were applied.
 * Anything else that stands there (`identity`, `none`, `utf-8`, `binary`, `aws-chunked`) means nothing:
 * the bytes themselves are looked at.
 *
 * @throws SourceUnavailable under a transfer coding that nobody asked for
 */
export function contentCodings(headers: IncomingHttpHeaders): string[] {
  const strangers = transferCodings(headers).filter((it) => it !== "chunked" && it !== "identity");
  if (strangers.length > 0) {
    throw new SourceUnavailable(`the source insists on transfer coding ${strangers.join(", ")}`);
  }
  return listOf(headers["content-encoding"]).filter((coding) => Object.hasOwn(CODINGS, coding));
}

/** Under any other transfer coding the body ends where the connection does (RFC 9112, 6.3). */
export function isChunked(headers: IncomingHttpHeaders): boolean {
  return transferCodings(headers).at(-1) === "chunked";
}

/**
 * @param head the first bytes
 * @returns what takes the coding away; undefined if the bytes are not under it
 */
export function decoderOf(coding: string, head: Buffer): Duplex | undefined {
  const possible = Object.hasOwn(CODINGS, coding) ? CODINGS[coding] : undefined;
  return possible?.find(({ isUnder }) => isUnder(head))?.decoder();
}

function transferCodings(headers: IncomingHttpHeaders): string[] {
  return listOf(headers["transfer-encoding"]);
}

function listOf(header = ""): string[] {
  return header
    .split(",")
    .map((item) => item.replace(/;.*/s, "").trim().toLowerCase())
    .filter((item) => item !== "");
}

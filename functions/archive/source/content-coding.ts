import type { IncomingHttpHeaders } from "node:http";
import type { Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
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
import { type BodyLimits, BodyReader } from "./body-reader.ts";

/** How many of the first bytes show whether a coding was applied. */
const CODING_HEAD_BYTES = 4_096;

const GZIP_MAGIC = 0x1f8b;
const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_SKIPPABLE = 0x184d2a50;

/** For decoding the first bytes only, which have no end. */
const TRIAL = {
  finishFlush: constants.Z_SYNC_FLUSH,
  maxOutputLength: 1024 * 1024,
};
const BROTLI_TRIAL = { ...TRIAL, finishFlush: constants.BROTLI_OPERATION_FLUSH };

interface Coding {
  isApplied(head: Buffer): boolean;
  decoder(): Duplex;
}

const gzip: Coding = {
  isApplied: (head) => head.length >= 2 && head.readUInt16BE(0) === GZIP_MAGIC,
  decoder: () => createGunzip(),
};
const zstd: Coding = {
  isApplied: (head) =>
    head.length >= 4 &&
    (head.readUInt32LE(0) === ZSTD_MAGIC ||
      (head.readUInt32LE(0) & 0xfffffff0) >>> 0 === ZSTD_SKIPPABLE),
  decoder: () => createZstdDecompress(),
};
// The next three have no magic bytes: what is a video without decoding was not encoded.
const zlib: Coding = {
  isApplied: (head) =>
    head.length >= 2 &&
    (head.readUInt8(0) & 0x0f) === 8 &&
    head.readUInt16BE(0) % 31 === 0 &&
    mayBeApplied(head, () => inflateSync(head, TRIAL)),
  decoder: () => createInflate(),
};
const rawDeflate: Coding = {
  isApplied: (head) => mayBeApplied(head, () => inflateRawSync(head, TRIAL)),
  decoder: () => createInflateRaw(),
};
const brotli: Coding = {
  isApplied: (head) => mayBeApplied(head, () => brotliDecompressSync(head, BROTLI_TRIAL)),
  decoder: () => createBrotliDecompress(),
};

/** What bytes of each named coding may be: servers mix the names up, so the bytes decide. */
const CODINGS: Readonly<Record<string, readonly Coding[]>> = {
  gzip: [gzip, zstd, zlib],
  "x-gzip": [gzip, zstd, zlib],
  zstd: [zstd, gzip],
  // Servers send either of two formats under this name (RFC 9110, 8.4.1.2).
  deflate: [gzip, zstd, zlib, rawDeflate],
  br: [gzip, zstd, brotli],
};

function mayBeApplied(head: Buffer, decode: () => Buffer): boolean {
  if (head.length === 0 || beginsLikeMedia(head)) return false;
  try {
    decode();
    return true;
  } catch (error) {
    // The output is over the limit of the trial; the bytes themselves are fine.
    return error instanceof RangeError;
  }
}

/**
 * The codings that an answer names and that change its bytes, in the order in which they were applied.
 * Anything else in the header (`identity`, `none`, `utf-8`, `binary`, `aws-chunked`) is ignored: the
 * bytes themselves decide.
 *
 * @throws SourceUnavailable for a transfer coding that nobody asked for
 */
export function contentCodings(headers: IncomingHttpHeaders): string[] {
  const unasked = transferCodings(headers).filter((it) => it !== "chunked" && it !== "identity");
  if (unasked.length > 0) {
    throw new SourceUnavailable(`the source insists on transfer coding ${unasked.join(", ")}`);
  }
  return listOf(headers["content-encoding"]).filter((coding) => Object.hasOwn(CODINGS, coding));
}

/** Under any other transfer coding the body ends where the connection does (RFC 9112, 6.3). */
export function isChunked(headers: IncomingHttpHeaders): boolean {
  return transferCodings(headers).at(-1) === "chunked";
}

/** An answer whose body has not been read yet. */
interface CodedBody {
  body: Readable;
  codings: readonly string[];
  totalBytes: number | undefined;
  endIsMarked: boolean;
}

/** An answer, and the reader of the file's own bytes. */
export interface ReadableSource<Source extends CodedBody> {
  source: Source;
  reader: BodyReader;
}

/**
 * Decodes the codings that the answer names, where its bytes really have them. What comes out is
 * counted like any other body, so that a small answer cannot become a file over the cap. A coded body
 * marks its own end: a decoder fails without it.
 *
 * @throws SourceInterrupted
 */
export async function decodedBody<Source extends CodedBody>(
  source: Source,
  limits: BodyLimits,
): Promise<ReadableSource<Source>> {
  let reader = new BodyReader(source.body, limits);
  let isCoded = false;
  for (const coding of source.codings.toReversed()) {
    const decoder = decoderOf(coding, await reader.peek(CODING_HEAD_BYTES));
    if (decoder === undefined) continue;
    isCoded = true;
    // A failure reaches the reader through the decoder.
    pipeline(reader.chunks(), decoder).catch(() => {});
    reader = new BodyReader(decoder, limits);
  }
  if (!isCoded) return { source, reader };
  return { source: { ...source, totalBytes: undefined, endIsMarked: true }, reader };
}

/** @returns undefined if the coding was not applied to these first bytes */
function decoderOf(coding: string, head: Buffer): Duplex | undefined {
  const possible = Object.hasOwn(CODINGS, coding) ? CODINGS[coding] : undefined;
  return possible?.find(({ isApplied }) => isApplied(head))?.decoder();
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

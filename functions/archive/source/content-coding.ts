import type { IncomingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import { beginsLikeMedia } from "#archive/content/detect.ts";
import { SourceUnavailable } from "#archive/errors.ts";

/** How many of the first bytes tell whether they are under a coding. */
export const CODING_HEAD_BYTES = 16;

const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_SKIPPABLE = 0x184d2a50;

const isZlib = (head: Buffer) =>
  head.length >= 2 && (head.readUInt8(0) & 0x0f) === 8 && head.readUInt16BE(0) % 31 === 0;

const gzip = {
  isUnder: (head: Buffer) => head.length >= 2 && head.readUInt16BE(0) === 0x1f8b,
  decoder: (): Duplex => createGunzip(),
};
const DECODERS: Readonly<
  Record<string, { isUnder(head: Buffer): boolean; decoder(head: Buffer): Duplex }>
> = {
  gzip,
  "x-gzip": gzip,
  zstd: {
    isUnder: (head) =>
      head.length >= 4 &&
      (head.readUInt32LE(0) === ZSTD_MAGIC ||
        (head.readUInt32LE(0) & 0xfffffff0) >>> 0 === ZSTD_SKIPPABLE),
    decoder: () => createZstdDecompress(),
  },
  // These two begin with anything: what is a video without them is not under them.
  deflate: {
    isUnder: (head) => !beginsLikeMedia(head),
    // Servers send either of two formats under this name (RFC 9110, 8.4.1.2).
    decoder: (head) => (isZlib(head) ? createInflate() : createInflateRaw()),
  },
  br: { isUnder: (head) => !beginsLikeMedia(head), decoder: () => createBrotliDecompress() },
};

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
  return listOf(headers["content-encoding"]).filter((coding) => Object.hasOwn(DECODERS, coding));
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
  const known = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined;
  return known?.isUnder(head) ? known.decoder(head) : undefined;
}

function transferCodings(headers: IncomingHttpHeaders): string[] {
  return listOf(headers["transfer-encoding"]);
}

function listOf(header = ""): string[] {
  return header
    .split(",")
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== "");
}

import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./s3-error.ts";

/** What the headers of a request say about its body. */
export interface BodyClaims {
  chunked: boolean;
  /** Bytes after decoding. */
  size: number;
  /** Base64. */
  crc32?: string;
  crc32InTrailer: boolean;
  /** Base64. */
  md5?: string;
  /** Hexadecimal. */
  sha256?: string;
}

/** Documented for PutObject and UploadPart: 5 GiB. */
const MAX_BODY_BYTES = 5 * 1024 ** 3;

const CHUNKED = [
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
];

/**
 * Reads the headers that describe a body.
 *
 * @throws S3Error NotImplemented for a checksum algorithm or an encoding that is not known here
 */
export function bodyClaims(headers: IncomingHttpHeaders): BodyClaims {
  const payload = textOf(headers["x-amz-content-sha256"]) ?? "UNSIGNED-PAYLOAD";
  const chunked = CHUNKED.includes(payload);
  requireKnown("x-amz-content-sha256", payload, [...CHUNKED, "UNSIGNED-PAYLOAD"], /^[0-9a-f]{64}$/);
  requireKnown("content-encoding", headers["content-encoding"], chunked ? ["aws-chunked"] : []);
  requireKnown("x-amz-sdk-checksum-algorithm", headers["x-amz-sdk-checksum-algorithm"], ["CRC32"]);
  requireKnown("x-amz-trailer", headers["x-amz-trailer"], chunked ? ["x-amz-checksum-crc32"] : []);
  const crc32 = textOf(headers["x-amz-checksum-crc32"]);
  const md5 = md5Of(headers["content-md5"]);
  return {
    chunked,
    size: sizeOf(headers[chunked ? "x-amz-decoded-content-length" : "content-length"]),
    crc32InTrailer: headers["x-amz-trailer"] !== undefined,
    ...(crc32 !== undefined && { crc32 }),
    ...(md5 !== undefined && { md5 }),
    ...(/^[0-9a-f]{64}$/.test(payload) && { sha256: payload }),
  };
}

function requireKnown(
  header: string,
  value: string | string[] | undefined,
  known: readonly string[],
  pattern?: RegExp,
) {
  const text = textOf(value);
  if (text !== undefined && !known.includes(text) && !pattern?.test(text)) {
    throw new S3Error("NotImplemented", `${header}: ${text} is not implemented by this emulator.`);
  }
}

function sizeOf(header: string | string[] | undefined): number {
  const text = textOf(header) ?? "";
  if (!/^\d{1,15}$/.test(text)) {
    throw new S3Error("MissingContentLength", "You must provide the length of the body.");
  }
  const size = Number(text);
  if (size > MAX_BODY_BYTES) {
    throw new S3Error("EntityTooLarge", "Your proposed upload is larger than 5 GiB.");
  }
  return size;
}

function md5Of(header: string | string[] | undefined): string | undefined {
  const text = textOf(header);
  if (text !== undefined && Buffer.from(text, "base64").length !== 16) {
    throw new S3Error("InvalidDigest", "The Content-MD5 you specified is not valid.");
  }
  return text;
}

function textOf(header: string | string[] | undefined): string | undefined {
  return header === undefined ? undefined : String(header);
}

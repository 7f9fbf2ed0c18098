import { S3Error } from "./s3-error.ts";

/** First and last byte, both included. */
export interface ByteRange {
  first: number;
  last: number;
}

const SINGLE_RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * Reads a Range header against an object's size (RFC 9110, section 14.2): `a-b`, `a-` or `-n`.
 *
 * @throws S3Error InvalidRange (416) when no byte of the object is in it, NotImplemented for several
 *   ranges or another unit, which S3 does not serve either
 */
export function parseRange(header: string, size: number): ByteRange {
  const [, from, to] = SINGLE_RANGE.exec(header) ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) {
    throw new S3Error("NotImplemented", `The range ${header} is not implemented by this emulator.`);
  }
  const first = from === "" ? Math.max(size - Number(to), 0) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last) {
    throw new S3Error("InvalidRange", "The requested range is not satisfiable.");
  }
  return { first, last };
}

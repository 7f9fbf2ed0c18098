import { S3Error } from "./s3-error.ts";

/** What a path-style request is about. */
export interface Address {
  bucket: string;
  /** Empty when the request is about the bucket. */
  key: string;
  query: URLSearchParams;
}

/** Documented for S3: bytes of a key in UTF-8. */
const MAX_KEY_BYTES = 1024;
/** What common file systems allow for one name. */
const MAX_NAME_BYTES = 255;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN_CHARACTERS = /[\u0000-\u001f\u007f\\]/;

/**
 * Reads `/bucket/key?query`. The path is decoded by hand: `new URL` would resolve `..` before it
 * could be refused.
 *
 * @throws S3Error InvalidURI, InvalidArgument, KeyTooLongError
 */
export function parseAddress(requestTarget: string): Address {
  const [path = "", ...rest] = requestTarget.split("?");
  const [, rawBucket = "", ...rawKey] = path.split("/");
  const bucket = decode(rawBucket);
  const key = decode(rawKey.join("/"));
  if (key !== "") {
    requireSafeKey(key);
  }
  return { bucket, key, query: new URLSearchParams(rest.join("?")) };
}

/** A key becomes a file's path, so it must stay inside its bucket and be a name on any system. */
function requireSafeKey(key: string) {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error("KeyTooLongError", "Your key is too long.");
  }
  const safe = key.split("/").every(isSafeName) && !FORBIDDEN_CHARACTERS.test(key);
  if (!safe) {
    throw new S3Error("InvalidArgument", `The key ${JSON.stringify(key)} cannot be a file here.`);
  }
}

function isSafeName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new S3Error("InvalidURI", `The address part ${text} cannot be decoded.`, { cause });
  }
}

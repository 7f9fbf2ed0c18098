import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./s3-error.ts";

/** Headers that say more of a new object than its bytes and their type. */
export const OPTION_HEADERS = ["x-amz-tagging", "x-amz-storage-class"] as const;

/** Documented for S3. */
const MAX_TAGS = 10;
const MAX_NAME_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Of S3's general buckets. */
const STORAGE_CLASSES: readonly string[] = [
  "STANDARD",
  "STANDARD_IA",
  "INTELLIGENT_TIERING",
  "ONEZONE_IA",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
];
/** Their objects have to be restored first, which does not exist here. */
const ARCHIVING: readonly string[] = ["GLACIER", "DEEP_ARCHIVE"];

interface ObjectOptions {
  tags?: Record<string, string>;
  /** Absent for `STANDARD`, as in S3's answers. */
  storageClass?: string;
}

/** As records have them. */
type Stored = { [Name in keyof ObjectOptions]?: ObjectOptions[Name] | undefined };

/**
 * The tags and the storage class that a request gives its object.
 *
 * @throws S3Error InvalidArgument, BadRequest, InvalidTag, InvalidStorageClass
 */
export function optionsIn(headers: IncomingHttpHeaders): ObjectOptions {
  const tagging = headers["x-amz-tagging"];
  const storageClass = String(headers["x-amz-storage-class"] ?? "STANDARD");
  if (!STORAGE_CLASSES.includes(storageClass)) {
    throw new S3Error("InvalidStorageClass", "The storage class you specified is not valid");
  }
  return {
    ...(tagging !== undefined && { tags: readTags(String(tagging)) }),
    ...(storageClass !== "STANDARD" && { storageClass }),
  };
}

/** @throws S3Error InvalidObjectState for an object that would have to be restored first */
export function requireReadable({ storageClass }: Stored): void {
  if (storageClass === undefined || !ARCHIVING.includes(storageClass)) return;
  throw new S3Error(
    "InvalidObjectState",
    "The operation is not valid for the object's storage class",
  );
}

/** The headers with which S3 tells of them, without the tags themselves. */
export function optionHeaders({ tags, storageClass }: Stored): Record<string, string> {
  const count = Object.keys(tags ?? {}).length;
  return {
    ...(count > 0 && { "x-amz-tagging-count": String(count) }),
    ...(storageClass !== undefined && { "x-amz-storage-class": storageClass }),
  };
}

function readTags(tagging: string): Record<string, string> {
  const pairs = tagging === "" ? [] : tagging.split("&").map(readPair);
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length < pairs.length) throw malformed();
  if (pairs.length > MAX_TAGS) {
    throw new S3Error("BadRequest", `Object tags cannot be greater than ${MAX_TAGS}`);
  }
  return tags;
}

function readPair(pair: string): [string, string] {
  const [name = "", value = "", ...more] = pair.split("=").map(decode);
  if (more.length > 0) throw malformed();
  if (name === "" || name.length > MAX_NAME_LENGTH || !TAG_TEXT.test(name)) {
    throw new S3Error("InvalidTag", "The TagKey you have provided is invalid");
  }
  if (value.length > MAX_VALUE_LENGTH || !TAG_TEXT.test(value)) {
    throw new S3Error("InvalidTag", "The TagValue you have provided is invalid");
  }
  return [name, value];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed();
  }
}

function malformed(): S3Error {
  return new S3Error(
    "InvalidArgument",
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters " +
      "without tag name duplicates.",
  );
}

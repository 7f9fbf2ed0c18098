import type { IncomingHttpHeaders } from "node:http";
import { quoted } from "./answers.ts";
import type { ObjectRecord } from "./object-record.ts";

/** Headers with which browsers read what they have a part of, or have read before. */
export const READ_CONDITION_HEADERS = ["if-range", "if-none-match", "if-modified-since"] as const;

/**
 * The range that is to be served: none when `If-Range` names another state of the object, so that a
 * browser never joins two files (RFC 9110, section 13.1.5).
 */
export function rangeOf(headers: IncomingHttpHeaders, record: ObjectRecord): string | undefined {
  const validator = headers["if-range"];
  const isSame =
    validator === undefined ||
    validator === quoted(record.etag) ||
    validator === lastModifiedOf(record);
  return isSame ? headers.range : undefined;
}

/** Whether the reader has this state already, which is answered with 304 (RFC 9110, section 13.2.2). */
export function isUnmodified(headers: IncomingHttpHeaders, record: ObjectRecord): boolean {
  const known = headers["if-none-match"];
  if (known !== undefined) {
    const tags = known.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
    return known.trim() === "*" || tags.includes(quoted(record.etag));
  }
  const since = Date.parse(headers["if-modified-since"] ?? "");
  // The header counts in seconds. What is no date is no condition.
  return Date.parse(lastModifiedOf(record)) <= since;
}

/** As the header says it. */
function lastModifiedOf(record: ObjectRecord): string {
  return new Date(record.lastModified).toUTCString();
}

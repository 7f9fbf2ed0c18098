/** What a `Range` header selects of a file; `start` and `end` are byte numbers, both included. */
export type Selection =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly start: number; readonly end: number }
  | { readonly kind: "unsatisfiable" };

/**
 * Reads a `Range` header (RFC 9110, section 14). Anything but one well-formed range of bytes is
 * ignored, as the RFC allows, so several ranges at once get the whole file.
 *
 * @param size - the size of the file in bytes
 */
export function selectRange(header: string | undefined, size: number): Selection {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match) return { kind: "whole" };
  const [, first, last] = match;
  if (!first) return last ? within(Math.max(0, size - Number(last)), size - 1, size) : whole;
  if (last && Number(last) < Number(first)) return whole;
  return within(Number(first), last ? Number(last) : size - 1, size);
}

const whole: Selection = { kind: "whole" };

function within(start: number, end: number, size: number): Selection {
  if (start >= size) return { kind: "unsatisfiable" };
  return { kind: "part", start, end: Math.min(end, size - 1) };
}

/** @returns whether an `If-Match` header forbids an answer from the file with this (strong) ETag. */
export function ifMatchFails(header: string | undefined, etag: string): boolean {
  if (header === undefined || header.trim() === "*") return false;
  return !header.split(",").some((each) => each.trim() === etag);
}

/**
 * @param validators - the file's ETag and its `Last-Modified`, as they were sent
 * @returns whether `Range` counts beside this `If-Range` header
 */
export function ifRangeHolds(header: string | undefined, validators: readonly string[]): boolean {
  return header === undefined || validators.includes(header.trim());
}

import { S3Error } from "./s3-error.ts";

/** The query parameters of a presigned request (Signature Version 4). */
export const PRESIGNED_PARAMETERS = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-SignedHeaders",
  "X-Amz-Signature",
  "X-Amz-Security-Token",
  "X-Amz-Content-Sha256",
] as const;

const REQUIRED = PRESIGNED_PARAMETERS.slice(0, 6);
const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** Documented for S3: seven days. */
const MAX_EXPIRES_SECONDS = 7 * 24 * 60 * 60;
/** How far S3 allows the signer's clock to be ahead. */
const MAX_SKEW_MS = 15 * 60 * 1000;

/**
 * Refuses a presigned request outside its time. The signature itself is **not** verified: on one
 * machine there is no secret to verify it with, so this proves expiry and nothing about who signed.
 *
 * @param now epoch milliseconds
 * @throws S3Error AuthorizationQueryParametersError, AccessDenied
 */
export function requirePresignedInTime(query: URLSearchParams, now: number): void {
  if (!PRESIGNED_PARAMETERS.some((name) => query.has(name))) return;
  const missing = REQUIRED.find((name) => !query.get(name));
  if (missing !== undefined) throw malformed(`Query-string authentication requires ${missing}.`);
  if (query.get("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256") {
    throw malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256".');
  }
  const signedAt = parseAmzDate(query.get("X-Amz-Date") ?? "");
  const seconds = parseExpires(query.get("X-Amz-Expires") ?? "");
  if (signedAt - now > MAX_SKEW_MS) throw new S3Error("AccessDenied", "Request is not yet valid");
  if (now > signedAt + seconds * 1000) throw new S3Error("AccessDenied", "Request has expired");
}

function parseAmzDate(text: string): number {
  const iso = text.replace(AMZ_DATE, "$1-$2-$3T$4:$5:$6Z");
  const at = iso === text ? Number.NaN : Date.parse(iso);
  if (!Number.isNaN(at)) return at;
  throw malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\".");
}

function parseExpires(text: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= 1 && seconds <= MAX_EXPIRES_SECONDS) return seconds;
  throw malformed(`X-Amz-Expires must be a number from 1 to ${MAX_EXPIRES_SECONDS} (a week).`);
}

function malformed(message: string): S3Error {
  return new S3Error("AuthorizationQueryParametersError", message);
}

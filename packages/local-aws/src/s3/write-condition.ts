import type { IncomingHttpHeaders } from "node:http";
import type { ObjectRecord } from "./object-record.ts";
import { S3Error } from "./s3-error.ts";

/** The condition of a write: an object with this ETag (without quotes), or none. */
export type WriteCondition = { etag: string } | "nothing";

/** Headers of the conditional writes that {@link writeConditionOf} reads. */
export const CONDITION_HEADERS = ["if-match", "if-none-match"] as const;

/** @throws S3Error NotImplemented for anything but `If-None-Match: *` and one ETag in `If-Match` */
export function writeConditionOf(headers: IncomingHttpHeaders): WriteCondition | undefined {
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  if (noneMatch === "*" && match === undefined) return "nothing";
  const etag = match === undefined ? undefined : /^"?([^",*]+)"?$/.exec(match)?.[1];
  if (noneMatch === undefined && match === undefined) return undefined;
  if (noneMatch !== undefined || etag === undefined) {
    throw new S3Error("NotImplemented", "This condition of a write is not implemented here.");
  }
  return { etag };
}

/** @throws S3Error PreconditionFailed; NoSuchKey when there is nothing that could match */
export function requireCondition(
  condition: WriteCondition,
  present: ObjectRecord | undefined,
): void {
  if (condition === "nothing" ? present === undefined : present?.etag === condition.etag) return;
  throw present === undefined
    ? new S3Error("NoSuchKey", "The specified key does not exist.")
    : new S3Error(
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold.",
      );
}

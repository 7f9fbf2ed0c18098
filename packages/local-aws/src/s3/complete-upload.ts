import type { NamedPart } from "./complete-request.ts";
import type { Stores } from "./context.ts";
import { compositeCrc32, multipartEtag, RunningCrc32 } from "./digests.ts";
import { joinParts } from "./join-parts.ts";
import type { ObjectChecksum, ObjectRecord } from "./object-record.ts";
import { S3Error } from "./s3-error.ts";
import type { PartRecord, UploadRecord } from "./upload-record.ts";
import type { UploadStore } from "./upload-store.ts";
import type { WriteCondition } from "./write-condition.ts";

/** What a CompleteMultipartUpload asks for. */
export interface Completion {
  parts: readonly NamedPart[];
  /** The client's claims about the whole object, from its headers. */
  size?: number;
  crc32?: string;
  checksumType?: string;
  condition?: WriteCondition | undefined;
}

/**
 * Joins the parts of an upload into its object.
 *
 * Parts are consumed while they are joined. When the joined bytes then contradict the client's
 * checksum, the upload stays open, but only to be aborted or completed again.
 *
 * @throws S3Error InvalidPartOrder, InvalidPart, EntityTooSmall, InvalidRequest, BadDigest,
 *   OperationAborted, PreconditionFailed, NoSuchKey
 */
export async function completeUpload(
  { uploads, objects, minPartBytes }: Stores,
  upload: UploadRecord,
  completion: Completion,
): Promise<ObjectRecord> {
  const { condition } = completion;
  // Checked before parts are consumed: a refused upload can still be completed or aborted.
  await objects.require(condition, upload.bucket, upload.key);
  const parts = choose(await uploads.parts(upload.uploadId), completion.parts);
  requireSizes(parts, minPartBytes, completion.size);
  requireChecksums(upload, completion);
  await claim(uploads, upload, parts);
  const directory = uploads.directoryOf(upload.uploadId);
  const whole = upload.checksumType === "FULL_OBJECT" ? new RunningCrc32() : undefined;
  const path = await joinParts(directory, parts, whole && ((bytes) => whole.update(bytes)));
  const checksum = checksumOf(upload, parts, whole);
  if (completion.crc32 !== undefined && completion.crc32 !== checksum?.crc32) {
    throw new S3Error("BadDigest", "The CRC32 you specified did not match the joined object's.");
  }
  const record: ObjectRecord = {
    key: upload.key,
    size: sizeOf(parts),
    etag: multipartEtag(parts.map((part) => part.etag)),
    lastModified: new Date().toISOString(),
    contentType: upload.contentType,
    userMetadata: upload.userMetadata,
    ...(upload.tags && { tags: upload.tags }),
    ...(upload.storageClass && { storageClass: upload.storageClass }),
    ...(checksum && { checksum }),
  };
  await objects.commit(upload.bucket, record, path, { condition, upload: directory });
  return record;
}

/** The received parts that the client names, each checked against ETag and checksum. */
function choose(received: readonly PartRecord[], named: readonly NamedPart[]): PartRecord[] {
  const byNumber = new Map(received.map((part) => [part.partNumber, part]));
  return named.map((name, index) => {
    if (name.partNumber <= (named[index - 1]?.partNumber ?? 0)) {
      throw new S3Error("InvalidPartOrder", "The list of parts was not in ascending order.");
    }
    const part = byNumber.get(name.partNumber);
    const same =
      part?.etag === name.etag && (name.crc32 === undefined || name.crc32 === part.crc32);
    if (part === undefined || !same) {
      throw new S3Error("InvalidPart", `Part ${name.partNumber} was not found or is another one.`);
    }
    return part;
  });
}

function requireSizes(
  parts: readonly PartRecord[],
  minPartBytes: number,
  claimed: number | undefined,
) {
  const small = parts.slice(0, -1).find((part) => part.size < minPartBytes);
  if (small !== undefined) {
    throw new S3Error("EntityTooSmall", `Part ${small.partNumber} is under ${minPartBytes} bytes.`);
  }
  const size = sizeOf(parts);
  if (claimed !== undefined && claimed !== size) {
    throw new S3Error("InvalidRequest", `The parts have ${size} bytes instead of ${claimed}.`);
  }
}

function requireChecksums(upload: UploadRecord, { checksumType, parts }: Completion) {
  if (checksumType !== undefined && checksumType !== upload.checksumType) {
    throw new S3Error("InvalidRequest", `The upload's checksum type is ${upload.checksumType}.`);
  }
  const without = parts.find((part) => part.crc32 === undefined);
  if (upload.checksumType === "COMPOSITE" && without !== undefined) {
    throw new S3Error(
      "InvalidRequest",
      "The upload was created using a crc32 checksum. The complete request must include the " +
        `checksum for each part. It was missing for part ${without.partNumber} in the request.`,
    );
  }
}

/** Records which parts are joined, so that after a crash only the same join can continue. */
async function claim(uploads: UploadStore, upload: UploadRecord, parts: PartRecord[]) {
  if (upload.joining === undefined) {
    await uploads.save({ ...upload, joining: parts });
    return;
  }
  const same = JSON.stringify(upload.joining) === JSON.stringify(parts);
  if (!same) {
    throw new S3Error("OperationAborted", "Other parts of this upload are being joined.");
  }
}

function checksumOf(
  upload: UploadRecord,
  parts: readonly PartRecord[],
  whole: RunningCrc32 | undefined,
): ObjectChecksum | undefined {
  if (whole !== undefined) {
    return { crc32: whole.base64(), type: "FULL_OBJECT" };
  }
  const checksums = parts.flatMap((part) => part.crc32 ?? []);
  return upload.checksumType === "COMPOSITE"
    ? { crc32: compositeCrc32(checksums), type: "COMPOSITE" }
    : undefined;
}

function sizeOf(parts: readonly PartRecord[]): number {
  return parts.reduce((total, part) => total + part.size, 0);
}

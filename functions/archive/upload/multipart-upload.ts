import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  ChecksumAlgorithm,
  ChecksumType,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type Part,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { UploadLost } from "#archive/errors.ts";
import { combineCrc32, crc32FromBase64, crc32ToBase64, storedChecksum } from "./crc32.ts";
import {
  claiming,
  createdWith,
  describeObject,
  OURS,
  type Replaceable,
  throwOvertaken,
  unsignedPayload,
} from "./objects.ts";
import { type ObjectPlace, stemOf } from "./places.ts";

/** One multipart upload. */
export interface UploadPlace extends ObjectPlace {
  uploadId: string;
}

/** A part to be sent. */
export interface VideoPart {
  /** From 1. */
  partNumber: number;
  bytes: Buffer;
}

/** A part that the store has. */
export interface FinishedPart {
  partNumber: number;
  bytes: number;
  etag: string;
  crc32: number;
}

/** The open uploads of this video, by their ids, as any kind of file. */
export async function openUploads(
  s3: S3Client,
  { bucket, key }: ObjectPlace,
): Promise<Map<string, UploadPlace>> {
  const stem = stemOf(key);
  const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: `${stem}.` });
  const { Uploads = [] } = await s3.send(command);
  return new Map(
    Uploads.flatMap(({ Key, UploadId }) =>
      Key === undefined || UploadId === undefined || !/^\.\w+$/.test(Key.slice(stem.length))
        ? []
        : [[UploadId, { bucket, key: Key, uploadId: UploadId }]],
    ),
  );
}

/** An upload that was opened, and those that a repeated request may have opened as well. */
interface CreatedUpload {
  upload: UploadPlace;
  others: ReadonlyMap<string, UploadPlace>;
}

/**
 * Opens an upload. The SDK repeats a request whose answer was lost; the first request may then have
 * opened an upload that nobody knows of, so all open ones are listed.
 */
export async function createUpload(
  s3: S3Client,
  place: ObjectPlace,
  contentType: string,
): Promise<CreatedUpload> {
  const { UploadId = "", $metadata } = await s3.send(
    new CreateMultipartUploadCommand({
      Bucket: place.bucket,
      Key: place.key,
      ContentType: contentType,
      Metadata: OURS,
      ...createdWith(place),
      ChecksumAlgorithm: ChecksumAlgorithm.CRC32,
      ChecksumType: ChecksumType.FULL_OBJECT,
    }),
  );
  const wasRepeated = ($metadata.attempts ?? 1) > 1;
  const others = wasRepeated ? await openUploads(s3, place) : new Map<string, UploadPlace>();
  others.delete(UploadId);
  return { upload: { ...place, uploadId: UploadId }, others };
}

/**
 * Sends one part; the SDK repeats it with back-off and jitter.
 *
 * @throws UploadLost when the upload is not open any more
 */
export async function sendPart(
  s3: S3Client,
  upload: UploadPlace,
  { partNumber, bytes }: VideoPart,
  signal: AbortSignal,
): Promise<FinishedPart> {
  const checksum = crc32(bytes);
  const command = new UploadPartCommand({
    ...at(upload),
    PartNumber: partNumber,
    Body: bytes,
    ContentLength: bytes.length,
    ChecksumCRC32: crc32ToBase64(checksum),
  });
  unsignedPayload(command);
  const { ETag = "" } = await s3.send(command, { abortSignal: signal }).catch(throwLost);
  return { partNumber, bytes: bytes.length, etag: ETag, crc32: checksum };
}

/**
 * The parts that an earlier run has sent.
 *
 * @throws UploadLost when the upload is not open any more
 */
export async function finishedParts(s3: S3Client, upload: UploadPlace): Promise<FinishedPart[]> {
  const parts: FinishedPart[] = [];
  let after: string | undefined;
  do {
    const command = new ListPartsCommand({ ...at(upload), PartNumberMarker: after });
    const page = await s3.send(command).catch(throwLost);
    parts.push(...(page.Parts ?? []).flatMap(finishedPart));
    // The SDK's paginator follows the marker alone, which S3 may send with the last page too.
    after = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (after !== undefined);
  return parts;
}

function finishedPart({ PartNumber, Size, ETag, ChecksumCRC32 }: Part): FinishedPart | [] {
  const checksum = crc32FromBase64(ChecksumCRC32 ?? "");
  if (PartNumber === undefined || Size === undefined || ETag === undefined) return [];
  if (checksum === undefined) return [];
  return { partNumber: PartNumber, bytes: Size, etag: ETag, crc32: checksum };
}

/**
 * Joins the parts into the object. The store does so only if their size and their CRC-32 are those of
 * what was sent.
 *
 * @param finished all of the video's parts
 * @param replaced what was at the place when the copy began; undefined for nothing
 * @returns the object's version in a versioned bucket
 * @throws UploadLost when the upload is not open any more; CopyOvertaken
 */
export async function completeUpload(
  s3: S3Client,
  upload: UploadPlace,
  finished: Iterable<FinishedPart>,
  replaced: Replaceable | undefined,
): Promise<string | undefined> {
  const parts = inOrder(finished);
  const whole = wholeOf(parts);
  const command = new CompleteMultipartUploadCommand({
    ...at(upload),
    ChecksumType: ChecksumType.FULL_OBJECT,
    ChecksumCRC32: crc32ToBase64(whole.crc32),
    MpuObjectSize: whole.bytes,
    ...(await claiming(replaced)),
    MultipartUpload: {
      Parts: parts.map((part) => ({
        PartNumber: part.partNumber,
        ETag: part.etag,
        ChecksumCRC32: crc32ToBase64(part.crc32),
      })),
    },
  });
  try {
    return (await s3.send(command).catch(throwOvertaken).catch(throwLost)).VersionId;
  } catch (error) {
    if (!(error instanceof UploadLost)) throw error;
    return completedBefore(s3, upload, whole, error);
  }
}

/** The same as the store would report it of the object. */
export function asStored({ bytes, crc32 }: { bytes: number; crc32: number }) {
  return { bytes, checksum: storedChecksum(crc32) };
}

/** Size and CRC-32 of all parts joined. */
export function wholeOf(finished: Iterable<FinishedPart>): { bytes: number; crc32: number } {
  return inOrder(finished).reduce(
    (sum, part) => ({
      bytes: sum.bytes + part.bytes,
      crc32: combineCrc32(sum.crc32, part.crc32, part.bytes),
    }),
    { bytes: 0, crc32: 0 },
  );
}

function inOrder(finished: Iterable<FinishedPart>): FinishedPart[] {
  return [...finished].sort((a, b) => a.partNumber - b.partNumber);
}

/** A completion whose answer was lost cannot be repeated, but its object can be found. */
async function completedBefore(
  s3: S3Client,
  { bucket, key }: UploadPlace,
  whole: { bytes: number; crc32: number },
  lost: UploadLost,
): Promise<string | undefined> {
  const stored = await describeObject(s3, { bucket, key }).catch(() => undefined);
  const isWhole = stored?.bytes === whole.bytes;
  if (!isWhole || stored.checksum !== storedChecksum(whole.crc32)) throw lost;
  return stored.versionId;
}

/** Ends an upload without an object; does nothing if it has ended already. */
export async function abortUpload(s3: S3Client, upload: UploadPlace): Promise<void> {
  try {
    await s3.send(new AbortMultipartUploadCommand(at(upload)));
  } catch (error) {
    if (!isNotOpen(error)) throw error;
  }
}

function throwLost(cause: unknown): never {
  if (!isNotOpen(cause)) throw cause;
  throw new UploadLost("the multipart upload was ended by another run", { cause });
}

function isNotOpen(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === "NoSuchUpload";
}

function at({ bucket, key, uploadId }: UploadPlace) {
  return { Bucket: bucket, Key: key, UploadId: uploadId };
}

import { crc32 } from "node:zlib";
import {
  ChecksumMode,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { ArchiveCorrupt, CopyOvertaken } from "#archive/errors.ts";
import { crc32ToBase64 } from "./crc32.ts";
import { unsignedPayload } from "./unsigned-payload.ts";

/** Where an object lies. */
export interface ObjectPlace {
  bucket: string;
  key: string;
  /** One version of it; without one, the current version. */
  versionId?: string | undefined;
}

/** What the store holds, as the store itself reports it. */
export interface StoredObject {
  bytes: number;
  contentType: string;
  /** `<algorithm>:<base64>`. */
  checksum: string;
  etag: string;
  /** Of the object in a versioned bucket. */
  versionId?: string;
}

/** Metadata of every video that we store: what else lies in the bucket is nothing of ours. */
export const OURS = { "stored-by": "akool-video-archiver" };

/** Where files lie that are certainly not whole, so that no consumer takes them for videos. */
const DOUBTFUL = "doubtful/";

/**
 * The video's place follows from the job and from what the file is, so that archiving the same twice
 * gives the same object. Until its bytes have come it is taken for an MP4 file.
 */
export function videoPlace(bucket: string, videoModelId: string): ObjectPlace {
  return { bucket, key: `${videoModelId}.mp4` };
}

/** The place of the same video as another kind of file. */
export function withExtension({ bucket, key }: ObjectPlace, extension: string): ObjectPlace {
  return { bucket, key: `${stemOf(key)}.${extension}` };
}

/** What all keys of a video begin with: its sidecar and records lie beside it. */
export function stemOf(key: string): string {
  return key.replace(/\.[^./]+$/, "");
}

/** Where a file is kept that is not whole, until a whole one comes. */
export function doubtfulPlace({ bucket, key }: ObjectPlace): ObjectPlace {
  return { bucket, key: `${DOUBTFUL}${key}` };
}

/** AKOOL's last answer lies beside the video, and beside one that is not whole. */
export function sidecarPlace(video: ObjectPlace): ObjectPlace {
  return withExtension(video, "json");
}

/** Size and checksum as the store reports them. */
export async function describeObject(s3: S3Client, place: ObjectPlace): Promise<StoredObject> {
  const head = await s3.send(
    new HeadObjectCommand({ ...at(place), ChecksumMode: ChecksumMode.ENABLED }),
  );
  if (head.ChecksumCRC32 === undefined) throw new ArchiveCorrupt("the bucket holds no checksum");
  return {
    bytes: head.ContentLength ?? 0,
    contentType: head.ContentType ?? "",
    checksum: `crc32:${head.ChecksumCRC32}`,
    etag: head.ETag ?? "",
    ...(head.VersionId === undefined ? {} : { versionId: head.VersionId }),
  };
}

/** The ETag of the object at a place; nothing where there is none. */
export async function etagAt(s3: S3Client, { bucket, key }: ObjectPlace) {
  const head = new HeadObjectCommand({ Bucket: bucket, Key: key });
  return (await s3.send(head).catch(noneIfMissing))?.ETag;
}

/** A 403 is no answer: the role may list the bucket, so that S3 says 404 of what is not there. */
export function noneIfMissing(error: unknown): undefined {
  const status = error instanceof S3ServiceException && error.$metadata.httpStatusCode;
  if (status !== 404) throw error;
}

/** The object that a copy has found at its place, and the only one that it may replace. */
export interface Replaceable {
  etag: string;
  /**
   * Called just before the object is replaced.
   *
   * @throws CopyOvertaken if it must not be any more
   */
  claim(): Promise<void>;
}

/**
 * Believes only what the store itself says that it holds; what it cannot vouch for is deleted. Where
 * objects have no versions, and the store does not answer, it stays: by now it may be the object of
 * another run of the same copy, which is archived. The next try overwrites it.
 *
 * @param said what the store has said already, with the checksum or without
 * @throws ArchiveCorrupt
 */
export async function verifyObject(
  s3: S3Client,
  { bucket, key }: ObjectPlace,
  sentBytes: number,
  said: StoredObject | { versionId?: string },
): Promise<StoredObject> {
  if ("checksum" in said) return said;
  const place = { bucket, key, versionId: said.versionId };
  try {
    const stored = await describeObject(s3, place);
    if (stored.bytes === sentBytes) return stored;
    throw new ArchiveCorrupt(`the bucket holds ${stored.bytes} of ${sentBytes} bytes sent`);
  } catch (error) {
    if (place.versionId !== undefined || error instanceof ArchiveCorrupt) {
      // Best effort: the first error is the one to report.
      await deleteObject(s3, place).catch(() => {});
    }
    throw error;
  }
}

type WriteCondition = Pick<PutObjectCommandInput, "IfMatch" | "IfNoneMatch">;

/**
 * The condition of a write that must not replace what another run has stored since.
 *
 * @param etag of the object that was there when this run began
 */
export function replacing(etag: string | undefined): WriteCondition {
  return etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: etag };
}

/** The same for the video itself, which is claimed before it is replaced. */
export async function claiming(replaced: Replaceable | undefined): Promise<WriteCondition> {
  await replaced?.claim();
  return replacing(replaced?.etag);
}

/** For the error of such a write. */
export function throwOvertaken(error: unknown): never {
  if (error instanceof S3ServiceException && REFUSED_CONDITIONS.has(error.name)) {
    throw new CopyOvertaken("another run has stored this video meanwhile");
  }
  throw error;
}

/** The last where the object that was to be replaced is gone. */
const REFUSED_CONDITIONS: ReadonlySet<string> = new Set([
  "PreconditionFailed",
  "ConditionalRequestConflict",
  "NoSuchKey",
]);

/** Deletes one version for good where the place names one; otherwise as S3 deletes. */
export async function deleteObject(s3: S3Client, place: ObjectPlace): Promise<void> {
  await s3.send(new DeleteObjectCommand(at(place)));
}

/**
 * @param condition from {@link replacing}, where another run's object must stay
 * @returns the object's version in a versioned bucket
 * @throws CopyOvertaken
 */
export async function putJson(
  s3: S3Client,
  place: ObjectPlace,
  value: unknown,
  condition: WriteCondition = {},
): Promise<string | undefined> {
  const Body = `${JSON.stringify(value, null, 2)}\n`;
  const command = new PutObjectCommand({
    Bucket: place.bucket,
    Key: place.key,
    Body,
    ContentType: "application/json",
    ...condition,
  });
  const { VersionId } = await s3.send(command).catch(throwOvertaken);
  return VersionId;
}

/**
 * Stores a video that is small enough for one request. The store takes it only with the CRC-32 that
 * was sent, and says so in its answer.
 *
 * @param replaced what was at the place when the copy began; nothing if undefined
 * @returns what the store holds; without a checksum from a store that does not answer with one, which
 *   has to be asked then
 * @throws CopyOvertaken
 */
export async function putVideo(
  s3: S3Client,
  place: ObjectPlace,
  contentType: string,
  bytes: Buffer,
  replaced: Replaceable | undefined,
): Promise<StoredObject | { versionId?: string }> {
  const checksum = crc32ToBase64(crc32(bytes));
  const command = new PutObjectCommand({
    Bucket: place.bucket,
    Key: place.key,
    Body: bytes,
    ContentType: contentType,
    ContentLength: bytes.length,
    ChecksumCRC32: checksum,
    Metadata: OURS,
    ...(await claiming(replaced)),
  });
  unsignedPayload(command);
  const { VersionId, ETag, ChecksumCRC32 } = await s3.send(command).catch(throwOvertaken);
  const version = VersionId === undefined ? {} : { versionId: VersionId };
  if (ETag === undefined || ChecksumCRC32 !== checksum) return version;
  return {
    bytes: bytes.length,
    contentType,
    checksum: `crc32:${checksum}`,
    etag: ETag,
    ...version,
  };
}

function at({ bucket, key, versionId }: ObjectPlace) {
  return { Bucket: bucket, Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }) };
}

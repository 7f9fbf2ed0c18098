import { crc32 } from "node:zlib";
import {
  ChecksumMode,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  S3ServiceException,
  type UploadPartCommand,
} from "@aws-sdk/client-s3";
import { HttpRequest } from "@smithy/core/protocols";
import { ArchiveCorrupt, CopyOvertaken } from "#archive/errors.ts";
import { SMALLEST_COLD_BYTES } from "#domain/settings/storage-classes.ts";
import { crc32ToBase64, storedChecksum } from "./crc32.ts";
import type { ObjectPlace, StoredObject } from "./places.ts";

/** Metadata of every video that we store; any other object in the bucket is somebody else's. */
export const OURS = { "stored-by": "akool-video-archiver" };

/**
 * Tags and storage class, in the request that creates an object: a rule or a bill that goes by them
 * never sees it without. What is small stays in S3's ordinary class, which is the cheaper one for it.
 *
 * @param bytes of the object; undefined for what is too large to be known yet
 */
export function createdWith({ options = {} }: ObjectPlace, bytes?: number) {
  const { tagging, storageClass = "STANDARD" } = options;
  const isSmall = bytes !== undefined && bytes < SMALLEST_COLD_BYTES;
  return {
    ...(tagging === undefined ? {} : { Tagging: tagging }),
    ...(storageClass === "STANDARD" || isSmall ? {} : { StorageClass: storageClass }),
  };
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

/** For a missing object S3 answers 404, not 403, since the role may list the bucket. */
export function noneIfMissing(error: unknown): undefined {
  const status = error instanceof S3ServiceException && error.$metadata.httpStatusCode;
  if (status !== 404) throw error;
}

/** The object that a copy found at its place: the only one that it may replace. */
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
 * Trusts only what the store itself reports, and deletes an object that it cannot confirm. In a bucket
 * without versions the object stays if the store does not answer: by now it may belong to another run
 * of the same copy, which has been archived. The next try overwrites it.
 *
 * @param reported the store's answer to the write, with a checksum or without
 * @throws ArchiveCorrupt
 */
export async function verifyObject(
  s3: S3Client,
  { bucket, key }: ObjectPlace,
  sentBytes: number,
  reported: StoredObject | { versionId?: string },
): Promise<StoredObject> {
  if ("checksum" in reported) return reported;
  const place = { bucket, key, versionId: reported.versionId };
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
 * The condition of a write that must not replace what another run has stored meanwhile.
 * Decision 0043.
 *
 * @param etag of the object that was there when this run began
 */
export function replacing(etag: string | undefined): WriteCondition {
  return etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: etag };
}

/** As {@link replacing}, for the video itself, which is claimed before it is replaced. */
export async function claiming(replaced: Replaceable | undefined): Promise<WriteCondition> {
  await replaced?.claim();
  return replacing(replaced?.etag);
}

/** Names the error of a conditional write that another run has won. */
export function throwOvertaken(cause: unknown): never {
  if (cause instanceof S3ServiceException && REFUSED_CONDITIONS.has(cause.name)) {
    throw new CopyOvertaken("another run has stored this video meanwhile", { cause });
  }
  throw cause;
}

/** `NoSuchKey`: the object that was to be replaced is gone. */
const REFUSED_CONDITIONS: ReadonlySet<string> = new Set([
  "PreconditionFailed",
  "ConditionalRequestConflict",
  "NoSuchKey",
]);

/** Deletes the version that the place names for good; without one, as S3 deletes. */
export async function deleteObject(s3: S3Client, place: ObjectPlace): Promise<void> {
  await s3.send(new DeleteObjectCommand(at(place)));
}

/**
 * @param condition from {@link replacing}, if another run's object must stay
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
    ...createdWith(place, Buffer.byteLength(Body)),
    ...condition,
  });
  const { VersionId } = await s3.send(command).catch(throwOvertaken);
  return VersionId;
}

/**
 * Stores a video that is small enough for one request. The store accepts it only with the CRC-32 that
 * was sent, and confirms that in its answer.
 *
 * @param replaced what was at the place when the copy began; undefined for nothing
 * @returns what the store holds; from a store that answers without a checksum only the version, and
 *   {@link verifyObject} has to ask
 * @throws CopyOvertaken
 */
export async function putVideo(
  s3: S3Client,
  place: ObjectPlace,
  contentType: string,
  bytes: Buffer,
  replaced: Replaceable | undefined,
): Promise<StoredObject | { versionId?: string }> {
  const crc = crc32(bytes);
  const checksum = crc32ToBase64(crc);
  const command = new PutObjectCommand({
    Bucket: place.bucket,
    Key: place.key,
    Body: bytes,
    ContentType: contentType,
    ContentLength: bytes.length,
    ChecksumCRC32: checksum,
    Metadata: OURS,
    ...createdWith(place, bytes.length),
    ...(await claiming(replaced)),
  });
  unsignedPayload(command);
  const { VersionId, ETag, ChecksumCRC32 } = await s3.send(command).catch(throwOvertaken);
  const version = VersionId === undefined ? {} : { versionId: VersionId };
  if (ETag === undefined || ChecksumCRC32 !== checksum) return version;
  return {
    bytes: bytes.length,
    contentType,
    checksum: storedChecksum(crc),
    etag: ETag,
    ...version,
  };
}

function at({ bucket, key, versionId }: ObjectPlace) {
  return { Bucket: bucket, Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }) };
}

/**
 * Keeps the SDK from hashing the body with SHA-256 for the signature, which costs more than all else
 * that is done with the bytes. TLS protects them on their way, the bucket accepts nothing without it,
 * and their CRC-32 is among the signed headers.
 */
export function unsignedPayload(command: UploadPartCommand | PutObjectCommand): void {
  // The two middleware stacks differ in type only.
  if (command instanceof PutObjectCommand) command.middlewareStack.add(withoutHash, AT_BUILD);
  else command.middlewareStack.add(withoutHash, AT_BUILD);
}

const AT_BUILD = { step: "build", name: "unsignedPayload" } as const;

function withoutHash<Args extends { request: unknown }, Answer>(
  next: (args: Args) => Promise<Answer>,
) {
  return (args: Args) => {
    if (HttpRequest.isInstance(args.request)) {
      args.request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
    }
    return next(args);
  };
}

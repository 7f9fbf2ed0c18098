import { pipeline } from "node:stream/promises";
import {
  AbortMultipartUploadCommand,
  ChecksumAlgorithm,
  ChecksumType,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { ContentCheck } from "./content-check.ts";
import type { DownloadPolicy } from "./download-guard.ts";
import { ArchiveCorrupt, asInterruption, VideoTooLarge } from "./errors.ts";
import {
  abortLeftoverUploads,
  deleteObject,
  describeObject,
  type ObjectPlace,
  type StoredObject,
} from "./objects.ts";
import { type OpenSource, openSource } from "./open-source.ts";

/** Memory is bounded by parts in flight: 3 × 8 MiB, and more only beyond 78 GiB. */
const MIN_PART_BYTES = 8 * 1024 * 1024;
const PARTS_IN_FLIGHT = 3;
/** S3's limit. */
const MAX_PARTS = 10_000;

const DEFAULT_IDLE_TIMEOUT_MS = 30_000;

/** Copies one finished video into the bucket, whole or not at all. */
export interface VideoCopier {
  /**
   * @param sourceUrl address of the video, checked by the download guard
   * @param deadline ends the copy
   * @throws the errors of `errors.ts`, or the SDK's; nothing is left behind then, as far as the
   *   store can still be reached
   */
  copy(sourceUrl: string, place: ObjectPlace, deadline: AbortSignal): Promise<StoredObject>;
}

export interface StreamCopierOptions {
  s3: S3Client;
  policy: DownloadPolicy;
  maxBytes: number;
  /** Milliseconds that the source may be silent; default 30 s. */
  idleTimeoutMs?: number;
}

/** One GET, streamed through the content check into a multipart upload. */
export function createStreamCopier(options: StreamCopierOptions): VideoCopier {
  const { s3, policy, maxBytes } = options;
  const idleTimeoutMs = options.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS;
  return {
    async copy(sourceUrl, place, deadline) {
      await abortLeftoverUploads(s3, place);
      const source = await openSource(sourceUrl, { policy, signal: deadline, idleTimeoutMs });
      const { declaredBytes } = source;
      if (declaredBytes !== undefined && declaredBytes > maxBytes) {
        source.body.destroy();
        throw new VideoTooLarge(`the video has ${declaredBytes} bytes; the cap is ${maxBytes}`);
      }
      const check = new ContentCheck({ declaredBytes, maxBytes, idleTimeoutMs });
      const { VersionId } = await upload(s3, source, check, place, deadline);
      return verify(s3, { ...place, versionId: VersionId }, check.bytes);
    },
  };
}

async function upload(
  s3: S3Client,
  source: OpenSource,
  check: ContentCheck,
  place: ObjectPlace,
  deadline: AbortSignal,
): Promise<{ VersionId?: string | undefined }> {
  const sending = new Upload({
    client: s3,
    params: {
      Bucket: place.bucket,
      Key: place.key,
      Body: check,
      ContentType: storedType(source.contentType),
      ChecksumAlgorithm: ChecksumAlgorithm.CRC32,
      ChecksumType: ChecksumType.FULL_OBJECT,
    },
    partSize: Math.max(MIN_PART_BYTES, Math.ceil((source.declaredBytes ?? 0) / MAX_PARTS)),
    queueSize: PARTS_IN_FLIGHT,
  });
  // The upload ends with the check's verdict: it fails, and is aborted, when the stream fails.
  const [received, stored] = await Promise.allSettled([
    pipeline(source.body, check),
    // A store that fails stops reading; without its reader the download would hang.
    sending.done().finally(() => check.destroy()),
  ]);
  if (stored.status === "fulfilled") return stored.value;
  await abortUpload(s3, place, sending.uploadId);
  const sourceFailed = received.status === "rejected" && received.reason === stored.reason;
  throw sourceFailed ? asInterruption(stored.reason, deadline) : stored.reason;
}

/** Believes only what the store itself says that it holds; what it cannot vouch for is deleted. */
async function verify(s3: S3Client, place: ObjectPlace, sentBytes: number): Promise<StoredObject> {
  try {
    const stored = await describeObject(s3, place);
    if (stored.bytes === sentBytes) return stored;
    throw new ArchiveCorrupt(`the bucket holds ${stored.bytes} of ${sentBytes} bytes sent`);
  } catch (error) {
    // Best effort: the first error is the one to report, and the next try overwrites the object.
    await deleteObject(s3, place).catch(() => {});
    throw error;
  }
}

/**
 * The Upload aborts itself only when a part fails, not when its completion does. Only our own upload
 * is touched: another run may be archiving the same video. Best effort: the next try tidies up
 * first, and the bucket's lifecycle ends what nobody comes back for.
 */
async function abortUpload(s3: S3Client, place: ObjectPlace, uploadId: string | undefined) {
  if (uploadId === undefined) return;
  const abort = { Bucket: place.bucket, Key: place.key, UploadId: uploadId };
  await s3.send(new AbortMultipartUploadCommand(abort)).catch(() => {});
}

/** A browser has to recognise the file, whatever the CDN calls it. */
function storedType(contentType: string): string {
  return contentType.startsWith("video/") ? contentType : "video/mp4";
}

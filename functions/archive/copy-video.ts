import { pipeline } from "node:stream/promises";
import { ChecksumAlgorithm, ChecksumType, type S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { ContentCheck } from "./content-check.ts";
import type { DownloadPolicy } from "./download-guard.ts";
import { ArchiveCorrupt, asInterruption } from "./errors.ts";
import {
  abortLeftoverUploads,
  deleteObject,
  describeObject,
  type ObjectPlace,
  type StoredObject,
} from "./objects.ts";
import { type OpenSource, openSource } from "./open-source.ts";

/** Memory is bounded by parts in flight: 3 × 8 MiB, at any size of the file. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_IN_FLIGHT = 3;

/** Copies one finished video into the bucket, whole or not at all. */
export interface VideoCopier {
  /**
   * @param sourceUrl address of the video, checked by the download guard
   * @throws the errors of `errors.ts`, or the SDK's; nothing is left behind then
   */
  copy(sourceUrl: string, place: ObjectPlace): Promise<StoredObject>;
}

export interface StreamCopierOptions {
  s3: S3Client;
  policy: DownloadPolicy;
  maxBytes: number;
  /** Overall, milliseconds. */
  timeoutMs: number;
  idleTimeoutMs?: number;
}

/** One GET, streamed through the content check into a multipart upload. */
export function createStreamCopier(options: StreamCopierOptions): VideoCopier {
  return {
    async copy(sourceUrl, place) {
      await abortLeftoverUploads(options.s3, place);
      const source = await openSource(sourceUrl, {
        policy: options.policy,
        signal: AbortSignal.timeout(options.timeoutMs),
        ...(options.idleTimeoutMs === undefined ? {} : { idleTimeoutMs: options.idleTimeoutMs }),
      });
      const sentBytes = await upload(source, place, options);
      return verify(options.s3, place, sentBytes);
    },
  };
}

async function upload(
  source: OpenSource,
  place: ObjectPlace,
  { s3, maxBytes }: StreamCopierOptions,
): Promise<number> {
  const check = new ContentCheck({ declaredBytes: source.declaredBytes, maxBytes });
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
    partSize: PART_BYTES,
    queueSize: PARTS_IN_FLIGHT,
  });
  // The upload ends with the check's verdict: it fails, and is aborted, when the stream fails.
  const [received, stored] = await Promise.allSettled([
    pipeline(source.body, check),
    // A store that fails stops reading; without its reader the download would hang.
    sending.done().finally(() => check.destroy()),
  ]);
  if (stored.status === "fulfilled") return check.bytes;
  const sourceFailed = received.status === "rejected" && received.reason === stored.reason;
  throw sourceFailed ? asInterruption(stored.reason) : stored.reason;
}

/** Believes only what the store itself says that it holds. */
async function verify(s3: S3Client, place: ObjectPlace, sentBytes: number): Promise<StoredObject> {
  const stored = await describeObject(s3, place);
  if (stored.bytes === sentBytes) return stored;
  await deleteObject(s3, place);
  throw new ArchiveCorrupt(`the bucket holds ${stored.bytes} of ${sentBytes} bytes sent`);
}

/** A browser has to recognise the file, whatever the CDN calls it. */
function storedType(contentType: string): string {
  return contentType.startsWith("video/") ? contentType : "video/mp4";
}

import { GetObjectCommand, HeadObjectCommand, NotFound, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Job } from "#domain/job/job.ts";
import { RequestRefused } from "#domain/refusals.ts";
import { isArchiving } from "#domain/settings/storage-classes.ts";
import { offeredFileName } from "#domain/text/file-name.ts";
import { mediaTypeOf } from "#domain/text/media-type.ts";

/** For records without a usable type, so that browsers recognize the file. */
const DEFAULT_TYPE = "video/mp4";

type ArchivedFile = Pick<NonNullable<Job["archive"]>, "bucket" | "key" | "contentType">;

/** Creates links with which anyone can fetch one archived file for a while. */
export interface VideoLinks {
  /**
   * @param fileName suggested when the file is saved; any path in it is dropped
   * @param disposition whether a browser saves the file or plays it
   * @throws RequestRefused video-deleted, video-not-restored
   */
  linkTo(file: ArchivedFile, fileName: string, disposition: Disposition): Promise<VideoLink>;
}

/** RFC 6266: `attachment` is saved, `inline` is shown. */
export type Disposition = "attachment" | "inline";

export interface VideoLink {
  /** Presigned, and a secret until it expires. */
  url: string;
  /** Epoch milliseconds; earlier if the function's credentials expire first. */
  expiresAt: number;
}

export interface VideoLinksOptions {
  lifetimeSeconds: number;
  /** Whether S3 is asked first: where lifecycle rules delete videos, or put them out of reach. */
  checked: boolean;
}

/** Links presigned with the function's own credentials, so they expire with these at the latest. */
export function createVideoLinks(
  s3: S3Client,
  { lifetimeSeconds, checked }: VideoLinksOptions,
  now: () => number,
): VideoLinks {
  return {
    async linkTo({ bucket, key, contentType }, fileName, disposition) {
      if (checked) await requireReadable(s3, bucket, key);
      const offered = offeredFileName(fileName, baseName(key));
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ResponseContentType: mediaTypeOf(contentType) ?? DEFAULT_TYPE,
        ResponseContentDisposition: contentDisposition(disposition, offered),
      });
      const expiresAt = now() + lifetimeSeconds * 1000;
      return { url: await getSignedUrl(s3, command, { expiresIn: lifetimeSeconds }), expiresAt };
    },
  };
}

/** A link to what is not there, or is out of reach, would lead to an error page of S3's. */
async function requireReadable(s3: S3Client, bucket: string, key: string): Promise<void> {
  const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch(noneIfGone);
  if (head === undefined) {
    throw new RequestRefused("video-deleted", `${key} is not in the bucket any more`);
  }
  const { StorageClass, ArchiveStatus, Restore = "" } = head;
  if (!isArchiving(StorageClass) && ArchiveStatus === undefined) return;
  if (Restore.includes('ongoing-request="false"')) return;
  const isUnderWay = Restore.includes('ongoing-request="true"');
  throw new RequestRefused(
    "video-not-restored",
    `${key} is in ${ArchiveStatus ?? StorageClass} and ` +
      (isUnderWay ? "is being restored" : "has to be restored first, with S3's RestoreObject"),
  );
}

/** S3 answers so since the role may list the bucket, where links are checked. */
function noneIfGone(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}

function baseName(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/** RFC 6266: a plain name for everyone, and the exact one in RFC 8187's encoding. */
function contentDisposition(disposition: Disposition, fileName: string): string {
  const plain = fileName.replace(/[^\w.-]/g, "_");
  const exact = encodeURIComponent(fileName).replace(/['()*]/g, percentEncoded);
  return `${disposition}; filename="${plain}"; filename*=UTF-8''${exact}`;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

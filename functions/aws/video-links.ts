import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Job } from "#domain/job/job.ts";
import { offeredFileName } from "#domain/text/file-name.ts";
import { mediaTypeOf } from "#domain/text/media-type.ts";

/** Of records whose type is none: a browser has to recognise the file. */
const DEFAULT_TYPE = "video/mp4";

type ArchivedVideo = NonNullable<Job["archive"]>;

/** Makes links that let anyone fetch one archived video for a while. */
export interface VideoLinks {
  /**
   * @param fileName offered to the person who saves the file, as far as it is a name and no path
   * @param disposition whether a browser saves the file or plays it
   */
  linkTo(video: ArchivedVideo, fileName: string, disposition: Disposition): Promise<VideoLink>;
}

/** RFC 6266: `attachment` is saved, `inline` is shown. */
export type Disposition = "attachment" | "inline";

export interface VideoLink {
  /** Presigned: a secret for as long as it lives. */
  url: string;
  /** Epoch milliseconds. It ends before that if the function's credentials do. */
  expiresAt: number;
}

/** Links presigned with the function's own credentials, so they end with these at the latest. */
export function createVideoLinks(
  s3: S3Client,
  lifetimeSeconds: number,
  now: () => number,
): VideoLinks {
  return {
    async linkTo({ bucket, key, contentType }, fileName, disposition) {
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

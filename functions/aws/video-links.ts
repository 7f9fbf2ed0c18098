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
   * @returns a presigned URL: a secret for as long as it lives
   */
  linkTo(video: ArchivedVideo, fileName: string): Promise<string>;
}

/** Links presigned with the function's own credentials, so they end with these at the latest. */
export function createVideoLinks(s3: S3Client, lifetimeSeconds: number): VideoLinks {
  return {
    linkTo({ bucket, key, contentType }, fileName) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ResponseContentType: mediaTypeOf(contentType) ?? DEFAULT_TYPE,
        ResponseContentDisposition: contentDisposition(offeredFileName(fileName, baseName(key))),
      });
      return getSignedUrl(s3, command, { expiresIn: lifetimeSeconds });
    },
  };
}

function baseName(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/** RFC 6266: a plain name for everyone, and the exact one in RFC 8187's encoding. */
function contentDisposition(fileName: string): string {
  const plain = fileName.replace(/[^\w.-]/g, "_");
  const exact = encodeURIComponent(fileName).replace(/['()*]/g, percentEncoded);
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

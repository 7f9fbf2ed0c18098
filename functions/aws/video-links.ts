import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Job } from "#domain/job.ts";

/** Characters; a link with a longer one would not fit through gateways. */
const MAX_FILE_NAME = 150;

type ArchivedVideo = NonNullable<Job["archive"]>;

/** Makes links that let anyone fetch one archived video for a while. */
export interface VideoLinks {
  /**
   * @param fileName offered to the person who saves the file
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
        ResponseContentType: contentType,
        ResponseContentDisposition: contentDisposition(fileName),
      });
      return getSignedUrl(s3, command, { expiresIn: lifetimeSeconds });
    },
  };
}

/** RFC 6266: a plain name for everyone, and the exact one in RFC 8187's encoding. */
function contentDisposition(givenName: string): string {
  // Well-formed and short: the name comes from AKOOL, and the link travels in a header.
  const fileName = givenName.toWellFormed().slice(0, MAX_FILE_NAME).toWellFormed();
  const plain = fileName.replace(/[^\w.-]/g, "_");
  const exact = encodeURIComponent(fileName).replace(/['()*]/g, percentEncoded);
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

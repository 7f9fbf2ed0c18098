import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { ImportSource } from "#domain/imports/import-source.ts";

/** What the API does with the objects of an import. */
export interface ImportObjects {
  put(object: ImportSource, content: string | Uint8Array): Promise<void>;
  /** @returns a presigned URL, which is a secret until it expires */
  linkTo(object: ImportSource): Promise<string>;
}

export function createImportObjects(s3: S3Client, lifetimeSeconds: number): ImportObjects {
  return {
    async put({ bucket, key }, Body) {
      const ContentType = "application/jsonl";
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType }));
    },
    linkTo({ bucket, key }) {
      const get = new GetObjectCommand({ Bucket: bucket, Key: key });
      return getSignedUrl(s3, get, { expiresIn: lifetimeSeconds });
    },
  };
}

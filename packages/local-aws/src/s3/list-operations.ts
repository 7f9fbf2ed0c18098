import { quoted, sendXml } from "./answers.ts";
import type { Operation } from "./context.ts";
import { S3Error } from "./s3-error.ts";

/** Documented for ListObjectsV2; a larger number counts as this one. */
const MAX_KEYS = 1000;

/** Answers all open uploads at once; a page size is refused by the table of operations. */
export const listMultipartUploads: Operation = async ({ uploads }, exchange) => {
  const { bucket, query, response } = exchange;
  const prefix = query.get("prefix") ?? "";
  const found = await uploads.list(bucket, prefix);
  sendXml(response, "ListMultipartUploadsResult", {
    Bucket: bucket,
    Prefix: prefix,
    IsTruncated: false,
    Upload: found.map((upload) => ({
      Key: upload.key,
      UploadId: upload.uploadId,
      Initiated: upload.initiated,
      ...(upload.checksumType && {
        ChecksumAlgorithm: "CRC32",
        ChecksumType: upload.checksumType,
      }),
    })),
  });
};

/** The continuation token is the last key shown, so that new objects do not shift the pages. */
export const listObjectsV2: Operation = async ({ objects }, exchange) => {
  const { bucket, query, response } = exchange;
  const prefix = query.get("prefix") ?? "";
  const maxKeys = maxKeysOf(query);
  const token = query.get("continuation-token");
  const all = await objects.list(bucket, prefix);
  const start = token === null ? 0 : all.findIndex(({ key }) => isAfter(key, decode(token)));
  const rest = start < 0 ? [] : all.slice(start);
  const page = rest.slice(0, maxKeys);
  const last = page.at(-1);
  const truncated = last !== undefined && rest.length > page.length;
  sendXml(response, "ListBucketResult", {
    Name: bucket,
    Prefix: prefix,
    KeyCount: page.length,
    MaxKeys: maxKeys,
    IsTruncated: truncated,
    ...(token !== null && { ContinuationToken: token }),
    ...(truncated && { NextContinuationToken: Buffer.from(last.key).toString("base64url") }),
    Contents: page.map(({ key, lastModified, etag, size, storageClass }) => ({
      Key: key,
      LastModified: lastModified,
      ETag: quoted(etag),
      Size: size,
      StorageClass: storageClass ?? "STANDARD",
    })),
  });
};

function maxKeysOf(query: URLSearchParams): number {
  const text = query.get("max-keys") ?? String(MAX_KEYS);
  if (query.get("list-type") !== "2" || !/^\d{1,9}$/.test(text)) {
    throw new S3Error("InvalidArgument", "list-type must be 2 and max-keys a whole number.");
  }
  return Math.min(Number(text), MAX_KEYS);
}

function decode(token: string): Buffer {
  return Buffer.from(token, "base64url");
}

function isAfter(key: string, last: Buffer): boolean {
  return Buffer.compare(Buffer.from(key), last) > 0;
}

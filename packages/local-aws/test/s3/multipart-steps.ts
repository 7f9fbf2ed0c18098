import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { BUCKET, type S3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import {
  AbortMultipartUploadCommand,
  type ChecksumType,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";

export const MIB = 1024 * 1024;
export const FIRST = randomBytes(5 * MIB);
export const SECOND = randomBytes(5 * MIB + 1);
export const LAST = randomBytes(1000);
export const WHOLE = Buffer.concat([FIRST, SECOND, LAST]);

export function crcBytes(bytes: Buffer): Buffer {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(bytes));
  return value;
}

/** The steps of a multipart upload, each one request of the fixture's client. */
export function multipartSteps(s3: () => S3Fixture) {
  async function create(Key: string, type?: ChecksumType, more: object = {}): Promise<string> {
    const checksum = type && { ChecksumAlgorithm: "CRC32" as const, ChecksumType: type };
    const answer = await s3().client.send(
      new CreateMultipartUploadCommand({ Bucket: BUCKET, Key, ...checksum, ...more }),
    );
    return String(answer.UploadId);
  }

  async function part(Key: string, UploadId: string, PartNumber: number, Body: Buffer) {
    const answer = await s3().client.send(
      new UploadPartCommand({ Bucket: BUCKET, Key, UploadId, PartNumber, Body }),
    );
    return { PartNumber, ETag: answer.ETag, ChecksumCRC32: answer.ChecksumCRC32 };
  }

  function complete(Key: string, UploadId: string, Parts: CompletedPart[], more: object = {}) {
    return s3().client.send(
      new CompleteMultipartUploadCommand({
        Bucket: BUCKET,
        Key,
        UploadId,
        MultipartUpload: { Parts },
        ...more,
      }),
    );
  }

  function abort(Key: string, UploadId: string) {
    return s3().client.send(new AbortMultipartUploadCommand({ Bucket: BUCKET, Key, UploadId }));
  }

  async function head(Key: string) {
    const ChecksumMode = "ENABLED";
    return s3().client.send(new HeadObjectCommand({ Bucket: BUCKET, Key, ChecksumMode }));
  }

  async function openUploads(Prefix?: string) {
    const answer = await s3().client.send(
      new ListMultipartUploadsCommand({ Bucket: BUCKET, ...(Prefix !== undefined && { Prefix }) }),
    );
    return answer.Uploads ?? [];
  }

  /** Uploads the three parts of WHOLE, the last one first. */
  async function threeParts(key: string, uploadId: string) {
    const last = await part(key, uploadId, 10, LAST);
    const first = await part(key, uploadId, 1, FIRST);
    const second = await part(key, uploadId, 2, SECOND);
    return [first, second, last];
  }

  return { create, part, complete, abort, head, openUploads, threeParts };
}

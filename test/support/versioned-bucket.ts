import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  NotFound,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";

interface Version {
  id: string;
  bytes: Buffer;
  etag: string;
  checksum: string;
  lastModified: Date;
}

/**
 * A bucket that keeps versions, which the S3 stand-in has none of, with as much of S3 as taking back
 * needs: a PUT adds a version, a DELETE that names one removes it for good, and then the one before it
 * is the object again.
 */
export interface VersionedBucket {
  s3: S3Client;
  /** Keys of the objects that can be seen. */
  keys(): string[];
}

export function versionedBucket(now: () => number): VersionedBucket {
  const objects = new Map<string, Version[]>();
  let count = 0;
  const versionsOf = (key = "") => objects.get(key) ?? [];

  function put({ Key = "", Body, IfMatch, IfNoneMatch }: PutObjectCommand["input"]) {
    const current = versionsOf(Key).at(-1);
    if (IfNoneMatch === "*" && current !== undefined) throw refusal("PreconditionFailed", 412);
    if (IfMatch !== undefined && current?.etag !== IfMatch) {
      throw refusal(current === undefined ? "NoSuchKey" : "PreconditionFailed", 412);
    }
    const version = versionOf(`v${++count}`, Buffer.from(String(Body)), now());
    objects.set(Key, [...versionsOf(Key), version]);
    return { VersionId: version.id, ETag: version.etag };
  }

  function get({ Key, VersionId }: HeadObjectCommand["input"]) {
    const versions = versionsOf(Key);
    const found =
      VersionId === undefined ? versions.at(-1) : versions.find(({ id }) => id === VersionId);
    if (found === undefined) {
      throw new NotFound({ message: "no such version", $metadata: { httpStatusCode: 404 } });
    }
    return {
      ContentLength: found.bytes.length,
      ContentType: "video/mp4",
      ChecksumCRC32: found.checksum,
      ETag: found.etag,
      LastModified: found.lastModified,
      VersionId: found.id,
    };
  }

  function remove({ Key = "", VersionId }: DeleteObjectCommand["input"]) {
    if (VersionId === undefined) throw new Error("a DELETE without a version is not part of this");
    objects.set(
      Key,
      versionsOf(Key).filter(({ id }) => id !== VersionId),
    );
    return {};
  }

  async function send(command: unknown): Promise<unknown> {
    if (command instanceof ListMultipartUploadsCommand) return {};
    if (command instanceof PutObjectCommand) return put(command.input);
    if (command instanceof HeadObjectCommand) return get(command.input);
    if (command instanceof GetObjectCommand) return get(command.input);
    if (command instanceof DeleteObjectCommand) return remove(command.input);
    throw new Error("not part of this bucket");
  }

  const keys = () =>
    [...objects].flatMap(([key, versions]) => (versions.length > 0 ? [key] : [])).toSorted();
  const s3 = new S3Client({ region: "eu-central-1" });
  return { s3: Object.assign(s3, { send }), keys };
}

function versionOf(id: string, bytes: Buffer, now: number): Version {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  return {
    id,
    bytes,
    etag: `"${createHash("md5").update(bytes).digest("hex")}"`,
    checksum: checksum.toString("base64"),
    // S3 counts in whole seconds.
    lastModified: new Date(Math.floor(now / 1_000) * 1_000),
  };
}

function refusal(name: string, status: number): S3ServiceException {
  const $metadata = { httpStatusCode: status };
  return new S3ServiceException({ name, message: name, $fault: "client", $metadata });
}

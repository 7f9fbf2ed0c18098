import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  NotFound,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";

interface Version {
  id: string;
  bytes: Buffer;
  etag: string;
  lastModified: Date;
}

/**
 * A bucket that keeps versions, which the S3 emulator has none of, with as much of S3 as deleting leftovers
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

  function head({ Key }: HeadObjectCommand["input"]) {
    const current = versionsOf(Key).at(-1);
    if (current === undefined) {
      throw new NotFound({ message: "no such object", $metadata: { httpStatusCode: 404 } });
    }
    return {
      ContentLength: current.bytes.length,
      ETag: current.etag,
      LastModified: current.lastModified,
      VersionId: current.id,
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

  function list({ Prefix = "" }: ListObjectsV2Command["input"]) {
    const found = keys().filter((key) => key.startsWith(Prefix));
    return { Contents: found.map((Key) => ({ Key })) };
  }

  async function send(command: unknown): Promise<unknown> {
    if (command instanceof ListMultipartUploadsCommand) return {};
    if (command instanceof ListObjectsV2Command) return list(command.input);
    if (command instanceof PutObjectCommand) return put(command.input);
    if (command instanceof HeadObjectCommand) return head(command.input);
    if (command instanceof DeleteObjectCommand) return remove(command.input);
    throw new Error("not part of this bucket");
  }

  const keys = () =>
    [...objects].flatMap(([key, versions]) => (versions.length > 0 ? [key] : [])).toSorted();
  const s3 = new S3Client({ region: "eu-central-1" });
  return { s3: Object.assign(s3, { send }), keys };
}

function versionOf(id: string, bytes: Buffer, now: number): Version {
  return {
    id,
    bytes,
    etag: `"${createHash("md5").update(bytes).digest("hex")}"`,
    // S3 counts in whole seconds.
    lastModified: new Date(Math.floor(now / 1_000) * 1_000),
  };
}

function refusal(name: string, status: number): S3ServiceException {
  const $metadata = { httpStatusCode: status };
  return new S3ServiceException({ name, message: name, $fault: "client", $metadata });
}

import { readdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { idOfKey } from "#domain/job/video-key.ts";
import type { World } from "./world.ts";

/**
 * What the bucket holds of these jobs, whatever template has made the keys. The objects go afterwards,
 * so that the next history finds few, and uploads that are still open are ended.
 */
export async function readBucket({ emulators, clients, assembly }: World, ids: readonly string[]) {
  const objects = new Map<string, Buffer>();
  for (const key of await keysIn(emulators.videos)) {
    if (!ids.includes(idOfKey(key))) continue;
    objects.set(key, await readFile(join(emulators.videos, key)));
    await rm(join(emulators.videos, key));
  }
  const Bucket = assembly.bucket.name;
  const { Uploads = [] } = await clients.s3.send(new ListMultipartUploadsCommand({ Bucket }));
  const openUploads = Uploads.map(({ Key = "", UploadId = "" }) => ({
    key: Key,
    uploadId: UploadId,
  }));
  for (const { key, uploadId } of openUploads) {
    await clients.s3.send(
      new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId: uploadId }),
    );
  }
  return { objects, openUploads };
}

async function keysIn(directory: string): Promise<string[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import type { World } from "./world.ts";

/** Where an object of a job may lie. */
function keysOf(id: string): string[] {
  const kinds = ["mp4", "mov", "webm", "bin"];
  const beside = [
    ...[...kinds, "json", "original.srt", "translated.srt"],
    ...kinds.map((kind) => `no-caption.${kind}`),
  ].map((ending) => `${id}.${ending}`);
  return beside.flatMap((key) => [key, `doubtful/${key}`]);
}

/** What the bucket holds of these jobs. Uploads that are still open are ended afterwards. */
export async function readBucket({ emulators, clients, assembly }: World, ids: readonly string[]) {
  const objects = new Map<string, Buffer>();
  for (const key of ids.flatMap(keysOf)) {
    const bytes = await readFile(join(emulators.videos, key)).catch(() => undefined);
    if (bytes !== undefined) objects.set(key, bytes);
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

import { createReadStream, createWriteStream } from "node:fs";
import { rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { sizeOfFile } from "../storage/files.ts";
import { S3Error } from "./s3-error.ts";
import type { PartRecord } from "./upload-record.ts";

export type OnBytes = (bytes: Buffer) => void;

/**
 * Appends the later parts to the file of the first and deletes each as it goes, so that the disk
 * never holds the object twice. Repeated after a crash, it continues where it stopped: missing
 * parts have been appended whole, and a half-appended one is truncated first.
 *
 * @param onBytes is given every byte of the object, in order; without it the first part is not read
 * @returns the path of the joined file
 */
export async function joinParts(
  directory: string,
  parts: readonly PartRecord[],
  onBytes?: OnBytes,
): Promise<string> {
  const [target = "", ...later] = parts.map((part) => join(directory, part.file));
  const done = 1 + (await countMissing(later));
  await cutTo(target, sum(parts.slice(0, done)));
  if (onBytes !== undefined) {
    for await (const bytes of createReadStream(target)) {
      onBytes(bytes);
    }
  }
  for (const path of later.slice(done - 1)) {
    await append(path, target, onBytes);
    await rm(path);
  }
  await requireSize(target, sum(parts));
  return target;
}

/** Parts are deleted in order, so the missing ones are the first. */
async function countMissing(paths: readonly string[]): Promise<number> {
  let missing = 0;
  for (const path of paths) {
    if ((await sizeOfFile(path)) !== undefined) {
      return missing;
    }
    missing += 1;
  }
  return missing;
}

async function cutTo(path: string, size: number) {
  // Never lengthen: truncating a file that is too short would fill it with zeros.
  if (((await sizeOfFile(path)) ?? 0) > size) {
    await truncate(path, size);
  }
  await requireSize(path, size);
}

async function append(path: string, target: string, onBytes: OnBytes | undefined) {
  await pipeline(
    createReadStream(path),
    async function* (source: AsyncIterable<Buffer>) {
      for await (const bytes of source) {
        onBytes?.(bytes);
        yield bytes;
      }
    },
    createWriteStream(target, { flags: "a", flush: true }),
  );
}

async function requireSize(path: string, size: number) {
  const present = await sizeOfFile(path);
  if (present !== size) {
    throw new S3Error("InternalError", `${path} has ${present} bytes instead of ${size}.`);
  }
}

function sum(parts: readonly PartRecord[]): number {
  return parts.reduce((total, part) => total + part.size, 0);
}

import { createCipheriv, createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { VideoFile } from "./result-file.ts";

/** The sample video on disk. */
export const sampleVideoPath = fileURLToPath(new URL("../assets/sample.mp4", import.meta.url));

/** The bytes of a video, from any place on. */
export interface VideoContent {
  readonly bytes: number;
  /** Reads from `start` until before `stop`, a piece at a time and only as fast as it is taken. */
  read(start: number, stop: number): AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** @returns the bytes behind a result file, whole, however it is served. */
export function contentOf(file: VideoFile): VideoContent {
  switch (file.kind) {
    case "generated":
      return { bytes: file.bytes, read: generatedBytes };
    case "cut":
      return { bytes: file.declared, read: generatedBytes };
    default:
      return { bytes: statSync(sampleVideoPath).size, read: sampleBytes };
  }
}

/** @returns the SHA-256 (hex) of the whole video behind a result file, for checking a copy. */
export async function resultSha256(file: VideoFile): Promise<string> {
  const content = contentOf(file);
  const hash = createHash("sha256");
  for await (const chunk of content.read(0, content.bytes)) hash.update(chunk);
  return hash.digest("hex");
}

function sampleBytes(start: number, stop: number): AsyncIterable<Buffer> {
  return createReadStream(sampleVideoPath, { start, end: stop - 1 });
}

/** Zeros to encrypt for the key stream; shared, so that reading allocates nothing. */
const zeros = Buffer.alloc(64 * 1024);
const blockBytes = 16;
/** AES-CTR's counter gives access to any position in the stream. */
const key = Buffer.alloc(16, "akool-simulator.");

/** ISO base media: size 24, `ftyp`, brand isom, minor version 512, compatible with isom and mp41. */
const ftypBox = Buffer.from("\0\0\0\x18ftypisom\0\0\x02\0isommp41", "latin1");

function* generatedBytes(start: number, stop: number): Generator<Buffer> {
  const lead = ftypBox.subarray(start, stop);
  if (lead.length > 0) yield lead;
  let at = start + lead.length;
  const cipher = createCipheriv("aes-128-ctr", key, counterAt(at));
  cipher.update(zeros.subarray(0, at % blockBytes));
  while (at < stop) {
    const chunk = cipher.update(zeros.subarray(0, stop - at));
    yield chunk;
    at += chunk.length;
  }
}

function counterAt(position: number): Buffer {
  const counter = Buffer.alloc(blockBytes);
  counter.writeBigUInt64BE(BigInt(Math.floor(position / blockBytes)), 8);
  return counter;
}

import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { VideoFile } from "@akool-archiver/akool-simulator/result-file.ts";
import { contentOf } from "@akool-archiver/akool-simulator/video-content.ts";

/** Where a file begins to be another one: after the box that makes it a video. */
const SAME_BYTES = 24;

/**
 * A piece of the one other file that the source has after it has changed: as long as the first one,
 * and a video as well.
 *
 * @param offset of the piece in the file
 */
export function changedPiece(piece: Buffer, offset: number): Buffer {
  const changed = Buffer.from(piece);
  for (let at = Math.max(0, SAME_BYTES - offset); at < changed.length; at += 1) {
    changed[at] = ~(changed[at] ?? 0);
  }
  return changed;
}

const MEDIA = new URL("../fixtures/media/", import.meta.url);

/** What the source of any job has instead of its file at times. */
export const WEBM_FILE = readFileSync(new URL("video.webm", MEDIA));

const WHOLE_MP4 = readFileSync(new URL("moov-first.mp4", MEDIA));

/** The beginning of a file that says itself how long it is. */
export const CUT_FILE = WHOLE_MP4.subarray(0, WHOLE_MP4.length / 2);

interface WholeFile {
  bytes: number;
  /** CRC-32. */
  checksum: number;
}

/** What a source can have whole: its file, the one that this changes to, and one of another kind. */
export type SourceFiles = readonly WholeFile[];

const known = new Map<string, Promise<SourceFiles>>();

export function sourceFilesOf(file: VideoFile): Promise<SourceFiles> {
  const key = JSON.stringify(file);
  const files = known.get(key) ?? read(file);
  known.set(key, files);
  return files;
}

async function read(file: VideoFile): Promise<SourceFiles> {
  const { bytes, read: pieces } = contentOf(file);
  let original = 0;
  let changed = 0;
  let offset = 0;
  for await (const piece of pieces(0, bytes)) {
    original = crc32(piece, original);
    changed = crc32(changedPiece(piece, offset), changed);
    offset += piece.length;
  }
  return [
    { bytes, checksum: original },
    { bytes, checksum: changed },
    { bytes: WEBM_FILE.length, checksum: crc32(WEBM_FILE) },
  ];
}

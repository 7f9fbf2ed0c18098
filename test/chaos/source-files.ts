import { crc32 } from "node:zlib";
import type { VideoFile } from "#local/akool-simulator/result-file.ts";
import { contentOf } from "#local/akool-simulator/video-content.ts";

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

/** What a source can have whole: its file, and the one that this changes to. */
export interface SourceFiles {
  bytes: number;
  /** CRC-32 of each. */
  checksums: readonly number[];
}

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
  return { bytes, checksums: [original, changed] };
}

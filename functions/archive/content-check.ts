import { NotAVideo } from "./errors.ts";

/**
 * Boxes that an MP4, M4V or QuickTime file may begin with (ISO/IEC 14496-12; the QuickTime file
 * format for files without `ftyp`).
 */
const LEADING_BOXES: ReadonlySet<string> = new Set([
  "ftyp",
  "moov",
  "mdat",
  "free",
  "skip",
  "wide",
  "pnot",
]);

/** A box starts with its size (4 bytes) and its type (4 bytes). */
export const BOX_HEADER_BYTES = 8;

/**
 * @param head the file's first bytes: {@link BOX_HEADER_BYTES}, or all that it has
 * @throws NotAVideo when they are not the header of a video's leading box
 */
export function assertLeadingBox(head: Buffer): void {
  if (head.length < BOX_HEADER_BYTES) {
    throw new NotAVideo(`the source served only ${head.length} bytes`);
  }
  if (!beginsLikeAVideo(head)) {
    throw new NotAVideo("the source served something that does not begin like an MP4 file");
  }
}

/** @param head the file's first bytes */
export function beginsLikeAVideo(head: Buffer): boolean {
  return LEADING_BOXES.has(head.toString("latin1", 4, BOX_HEADER_BYTES));
}

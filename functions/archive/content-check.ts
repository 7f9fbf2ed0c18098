import { NotAVideo } from "./errors.ts";

/**
 * Content types of error pages. Any other passes on to the look at the bytes: AKOOL documents no
 * type for its videos, and a video with a careless type is still a video.
 */
const PAGE_TYPES = /^(text\/(html|xml)|application\/([a-z-]+\+)?(json|xml))/i;

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

/** @throws NotAVideo when the declared type is that of a page */
export function assertVideoType(contentType: string): void {
  if (PAGE_TYPES.test(contentType)) {
    throw new NotAVideo(`the source served ${contentType}, not a video`);
  }
}

/**
 * @param head the file's first bytes: {@link BOX_HEADER_BYTES}, or all that it has
 * @throws NotAVideo when they are not the header of a video's leading box
 */
export function assertLeadingBox(head: Buffer): void {
  if (head.length < BOX_HEADER_BYTES) {
    throw new NotAVideo(`the source served only ${head.length} bytes`);
  }
  if (!LEADING_BOXES.has(head.toString("latin1", 4, BOX_HEADER_BYTES))) {
    throw new NotAVideo("the source served something that does not begin like an MP4 file");
  }
}

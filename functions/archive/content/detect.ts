import { fileTypeFromBuffer } from "file-type";
import { BOX_HEADER_BYTES, isPrintable, isTopLevel, parseBoxHeader } from "./boxes.ts";

/** What a file is, by its first bytes. */
export interface DetectedContent {
  /** A word for people and for the record. */
  container: string;
  contentType: string;
  /** Of the key, without a dot. */
  extension: string;
}

/** How many bytes detection reads. */
export const DETECTED_BYTES = 4_100;

const UNKNOWN_CONTENT: DetectedContent = {
  container: "unknown",
  contentType: "application/octet-stream",
  extension: "bin",
};
const MP4 = { container: "mp4", contentType: "video/mp4", extension: "mp4" };
const QUICKTIME = { container: "quicktime", contentType: "video/quicktime", extension: "mov" };

const MATROSKA = { container: "matroska", contentType: "video/x-matroska", extension: "mkv" };

/** Formats by the library's extension; those not listed keep the library's names. */
const NAMED: Readonly<Record<string, DetectedContent>> = {
  mp4: MP4,
  // MP4 with a brand of Apple or Adobe, which makes no difference to a player.
  m4v: MP4,
  f4v: MP4,
  mov: QUICKTIME,
  m4a: { container: "mp4", contentType: "audio/mp4", extension: "m4a" },
  webm: { container: "webm", contentType: "video/webm", extension: "webm" },
  mkv: MATROSKA,
  mts: { container: "mpeg-ts", contentType: "video/mp2t", extension: "ts" },
  avi: { container: "avi", contentType: "video/x-msvideo", extension: "avi" },
  flv: { container: "flv", contentType: "video/x-flv", extension: "flv" },
};
/** First boxes of MP4 files that QuickTime files do not have. */
const MP4_ONLY: ReadonlySet<string> = new Set([
  "styp",
  "moof",
  "sidx",
  "ssix",
  "prft",
  "emsg",
  "pdin",
]);

/**
 * Detects what a file is by its bytes, whatever its name or type. Decision 0059.
 *
 * @param head its first {@link DETECTED_BYTES}, or all that it has
 */
export async function detectContent(head: Buffer): Promise<DetectedContent> {
  const boxes = boxesOf(head);
  const brand = boxes.find(({ type }) => type === "ftyp" || type === "styp");
  if (brand !== undefined) {
    const branded = Buffer.from(head.subarray(brand.at));
    branded.write("ftyp", 4, "latin1");
    return { ...MP4, ...(await ask(branded)) };
  }
  if (boxes.length === 0) return (await ask(head)) ?? (isEbml(head) ? MATROSKA : UNKNOWN_CONTENT);
  return boxes.some(({ type }) => MP4_ONLY.has(type)) ? MP4 : QUICKTIME;
}

/** The first bytes of media files without boxes, in hexadecimal. */
const MAGIC =
  /^(?:1a45dfa3|52494646|464c56|4740|89504e47|ffd8ff|47494638|494433|fff[ab123]|4f676753|664c6143)/;

/** Whether the first bytes look like a media file; a quick check, which may miss some. */
export function beginsLikeMedia(head: Buffer): boolean {
  return leadingBoxes(head).next().value !== undefined || MAGIC.test(head.toString("hex", 0, 8));
}

/** An EBML file names its format within its header, which may be cut. */
function isEbml(head: Buffer): boolean {
  return head.toString("hex", 0, 4) === "1a45dfa3";
}

async function ask(head: Buffer): Promise<DetectedContent | undefined> {
  try {
    const found = await fileTypeFromBuffer(head);
    if (found === undefined) return undefined;
    const { ext: extension, mime: contentType } = found;
    return NAMED[extension] ?? { container: extension, contentType, extension };
  } catch {
    // The library throws on some broken headers.
    return undefined;
  }
}

/** Types that are no coincidence: after boxes of unknown types, only these prove a file of boxes. */
const CERTAIN: ReadonlySet<string> = new Set(["ftyp", "styp", "moov", "moof", "mdat"]);

/** The boxes that the head begins with; of unknown types only if a box of a certain type follows. */
function boxesOf(head: Buffer): { type: string; at: number }[] {
  const known = [...leadingBoxes(head)];
  if (known.length > 0) return known;
  const printable = [...leadingBoxes(head, isPrintable)];
  return printable.some(({ type }) => CERTAIN.has(type)) ? printable : [];
}

/** The boxes that the head begins with, up to the first of another type. */
function* leadingBoxes(
  head: Buffer,
  isOne: (type: string) => boolean = isTopLevel,
): Generator<{ type: string; at: number }> {
  for (let at = 0; at < head.length; ) {
    const box = parseBoxHeader(head.subarray(at, at + BOX_HEADER_BYTES));
    if (box === undefined || !isOne(box.type)) return;
    yield { type: box.type, at };
    if (box.bytes === 0) return;
    at += box.bytes;
  }
}

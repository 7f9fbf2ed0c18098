import { NotSubtitles } from "#archive/errors.ts";
import { DETECTED_BYTES } from "./detect.ts";
import type { InspectedContent } from "./inspection.ts";
import { pageIn } from "./page.ts";

const SUBRIP = {
  container: "subrip",
  contentType: "application/x-subrip",
  extension: "srt",
  facts: { container: "subrip" },
};

/** The line that gives a cue its time: in SubRip with hours and a comma, in WebVTT without or with a dot. */
const CUE = /(?:\d{1,3}:)?\d{2}:\d{2}[,.]\d{1,3}[ \t]*-->/;

const MARKUP = /^an HTML/;

/**
 * What a file of subtitles is, by its bytes alone: it has cues. A file without a single one holds
 * nothing that could be lost, and may be a server's page.
 *
 * @throws NotSubtitles
 */
export function inspectSubtitles(file: Buffer): InspectedContent {
  const { text, doubts } = decode(file);
  const page = pageIn(file.subarray(0, DETECTED_BYTES));
  if (page !== undefined && MARKUP.test(page)) {
    throw new NotSubtitles(`the source served ${page}, not subtitles`);
  }
  if (!CUE.test(text)) {
    throw new NotSubtitles(`the source served ${page ?? "a file"} without a cue, not subtitles`);
  }
  return { ...SUBRIP, doubts, isWhole: false };
}

/** SubRip names no encoding: UTF-8 is usual, with a byte order mark or without. */
function decode(file: Buffer): { text: string; doubts: string[] } {
  const text = decodeAs("utf-8", file);
  // Zero bytes are UTF-8, but no text has them: it is UTF-16 without its mark.
  if (text !== undefined && !text.includes("\0")) return { text, doubts: [] };
  const wide = decodeAs(isBigEndian(file) ? "utf-16be" : "utf-16le", file);
  if (wide !== undefined && CUE.test(wide))
    return { text: wide, doubts: ["it is UTF-16, not UTF-8"] };
  return { text: file.toString("latin1"), doubts: ["its text is not UTF-8"] };
}

function decodeAs(encoding: "utf-8" | "utf-16le" | "utf-16be", file: Buffer): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(file);
  } catch {
    return undefined;
  }
}

function isBigEndian(file: Buffer): boolean {
  return (file[0] === 0xfe && file[1] === 0xff) || file[0] === 0;
}

import type { ContentFacts } from "#domain/job/content.ts";
import { codecName } from "./codecs.ts";
import { endOf, type FileEnd, type Inspector } from "./inspection.ts";
import { rounded } from "./movie.ts";

const HEADER_BYTES = 12;
/** Of the main header and the first stream headers of an AVI file. */
const AVI_HEADERS_BYTES = 16_384;
const AUDIO_FORMATS: Readonly<Record<number, string>> = {
  1: "pcm",
  80: "mp2",
  85: "mp3",
  255: "aac",
  8192: "ac3",
};
/** Placeholders of writers that cannot go back to fill in the size. */
const NO_SIZE = [0, 0x7fff_ffff, 0xffff_ffff];

/**
 * Inspects the chunks of an AVI, WAVE or WebP file; large AVI files have several in a row (OpenDML). A
 * chunk that is longer than the rest of the file proves that it is cut.
 */
export function* inspectRiff(file: FileEnd): Inspector {
  let facts: Partial<ContentFacts> = {};
  let at = 0;
  for (;;) {
    const head = yield { offset: at, bytes: HEADER_BYTES };
    if (at === 0 && head.length < HEADER_BYTES) at = HEADER_BYTES;
    if (head.length < HEADER_BYTES || head.toString("latin1", 0, 4) !== "RIFF") break;
    const bytes = head.readUInt32LE(4);
    if (head.toString("latin1", 8, 12) === "AVI ") {
      facts = readAvi(yield { offset: at + HEADER_BYTES, bytes: AVI_HEADERS_BYTES });
    }
    if (NO_SIZE.includes(bytes)) return { facts, doubts: [] };
    at += 8 + bytes;
  }
  const totalBytes = yield* endOf(file);
  if (at <= totalBytes) return { facts, doubts: [] };
  const cut = `its last chunk ends at byte ${at}, and the file has ${totalBytes}`;
  return { facts, doubts: [], cut };
}

/** @param headers what follows the form type: `LIST` size `hdrl` `avih` size, and so on */
function readAvi(headers: Buffer): Partial<ContentFacts> {
  if (headers.toString("latin1", 12, 16) !== "avih" || headers.length < 60) return {};
  const microseconds = headers.readUInt32LE(20);
  const frames = headers.readUInt32LE(36);
  const [width, height] = [headers.readUInt32LE(52), headers.readUInt32LE(56)];
  const video = streamOf(headers, "vids");
  return {
    ...(microseconds > 0 && {
      durationSeconds: rounded((frames * microseconds) / 1e6),
      frameRate: rounded(1e6 / microseconds),
    }),
    ...(width > 0 && height > 0 && { width, height }),
    ...(video !== undefined && { videoCodec: codecName(video.toString("latin1", 4, 8)) }),
    ...audioOf(headers),
  };
}

/** The header of the first stream of a kind, which begins with the kind. */
function streamOf(headers: Buffer, kind: string): Buffer | undefined {
  for (let at = headers.indexOf("strh"); at >= 0; at = headers.indexOf("strh", at + 4)) {
    if (headers.toString("latin1", at + 8, at + 12) === kind) return headers.subarray(at + 8);
  }
  return undefined;
}

/** By the format tag, the first field of `strf`, which follows the stream's header. */
function audioOf(headers: Buffer): Partial<ContentFacts> {
  const stream = streamOf(headers, "auds");
  // Headers of further streams may lie behind those that were read.
  if (stream === undefined) return {};
  const format = stream.indexOf("strf");
  const tag = format >= 0 && format + 10 <= stream.length ? stream.readUInt16LE(format + 8) : 0;
  return { hasAudio: true, audioCodec: AUDIO_FORMATS[tag] ?? "unknown" };
}

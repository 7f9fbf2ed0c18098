import type { ContentFacts } from "#domain/job/content.ts";
import { endOf, type FileEnd, type Inspector } from "./inspection.ts";

const FILE_HEADER_BYTES = 9;
/** Type (1), size of the data (3), time stamp (4), stream (3). */
const TAG_HEADER_BYTES = 11;
/** Each tag is followed by its size. */
const BACK_POINTER_BYTES = 4;
const TAG_TYPES: ReadonlySet<number> = new Set([8, 9, 18]);

const AUDIO = 8;
const VIDEO = 9;
const VIDEO_CODECS: Readonly<Record<number, string>> = { 2: "h263", 4: "vp6", 7: "h264" };
const AUDIO_CODECS: Readonly<Record<number, string>> = { 2: "mp3", 10: "aac", 11: "speex" };

/** Inspects the tags of an FLV file: a last tag that is longer than the rest proves that it is cut. */
export function* inspectFlv(file: FileEnd): Inspector {
  const head = yield { offset: 0, bytes: FILE_HEADER_BYTES };
  if (head.length < FILE_HEADER_BYTES) {
    return { facts: {}, doubts: [], cut: "it ends within its header" };
  }
  const facts: Partial<ContentFacts> = {};
  let tags = 0;
  let at = head.readUInt32BE(5) + BACK_POINTER_BYTES;
  for (;;) {
    // The first byte of the data names the codec.
    const tag = yield { offset: at, bytes: TAG_HEADER_BYTES + 1 };
    if (tag.length < TAG_HEADER_BYTES || !TAG_TYPES.has((tag[0] ?? 0) & 0x1f)) break;
    tags += 1;
    takeTag(facts, tag);
    at += TAG_HEADER_BYTES + tag.readUIntBE(1, 3) + BACK_POINTER_BYTES;
  }
  const totalBytes = yield* endOf(file);
  // Some writers omit the last back pointer.
  if (at - BACK_POINTER_BYTES > totalBytes) {
    return { facts, doubts: [], cut: `its last tag ends at byte ${at}, and it has ${totalBytes}` };
  }
  const cut = tags === 0 && at >= totalBytes ? "it has a header and nothing else" : undefined;
  return { facts, doubts: [], cut };
}

function takeTag(facts: Partial<ContentFacts>, tag: Buffer): void {
  const milliseconds = tag.readUIntBE(4, 3) + (tag[7] ?? 0) * 0x1000000;
  if (milliseconds / 1000 > (facts.durationSeconds ?? 0)) {
    facts.durationSeconds = milliseconds / 1000;
  }
  const type = (tag[0] ?? 0) & 0x1f;
  const format = tag[TAG_HEADER_BYTES] ?? 0;
  if (type === VIDEO) facts.videoCodec ??= VIDEO_CODECS[format & 0xf] ?? "unknown";
  if (type !== AUDIO) return;
  facts.hasAudio = true;
  facts.audioCodec ??= AUDIO_CODECS[format >> 4] ?? "unknown";
}

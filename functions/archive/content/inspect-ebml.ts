import type { ContentFacts } from "#domain/job/content.ts";
import { codecName } from "./codecs.ts";
import {
  EBML_HEADER_BYTES,
  ELEMENT,
  elementIn,
  elements,
  floatIn,
  LEVEL_ONE,
  parseEbmlHeader,
  textIn,
  uintIn,
} from "./ebml.ts";
import {
  endOf,
  type FileEnd,
  type Findings,
  type Inspector,
  MAX_READ_BYTES,
  notUnderstood,
  type Wanted,
} from "./inspection.ts";
import { rounded } from "./movie.ts";

const TRACK_TYPE = { video: 1, audio: 2 } as const;
const DEFAULT_TIMESTAMP_SCALE = 1_000_000;
const KNOWN: ReadonlySet<number> = new Set(LEVEL_ONE);
const READERS: Readonly<Record<number, (content: Buffer) => Partial<ContentFacts>>> = {
  [ELEMENT.info]: readInfo,
  [ELEMENT.tracks]: readTracks,
};

/**
 * Inspects the elements of a WebM or Matroska file. An element that is longer than the rest of the file,
 * or a header alone, proves that it is cut; elements of unknown size, as in a live recording, prove
 * nothing. Neither does what follows the segment, or is of an unknown kind. Decision 0061.
 */
export function* inspectEbml(file: FileEnd): Inspector {
  const facts: Partial<ContentFacts> = {};
  const seen = new Set<number>();
  let at = 0;
  let segmentEnd = Number.POSITIVE_INFINITY;
  while (at < segmentEnd) {
    const element = parseEbmlHeader(yield { offset: at, bytes: EBML_HEADER_BYTES });
    if (element === undefined || !KNOWN.has(element.id)) break;
    seen.add(element.id);
    const { id, bytes } = element;
    at += element.headerBytes;
    if (id === ELEMENT.segment) {
      segmentEnd = at + (bytes ?? Number.POSITIVE_INFINITY);
      continue;
    }
    // A cluster of unknown size ends where the next one begins, which is not searched for.
    if (bytes === undefined) break;
    yield* readElement(facts, id, { offset: at, bytes });
    at += bytes;
  }
  const totalBytes = yield* endOf(file);
  const end = Number.isFinite(segmentEnd) ? segmentEnd : at;
  return { facts, ...findingsOf(end, totalBytes, seen) };
}

/** Reads the elements that describe the file. */
function* readElement(
  facts: Partial<ContentFacts>,
  id: number,
  content: Wanted,
): Generator<Wanted, void, Buffer> {
  const read = READERS[id];
  if (read === undefined || content.bytes > MAX_READ_BYTES) return;
  Object.assign(facts, read(yield content));
}

function findingsOf(
  end: number,
  totalBytes: number,
  seen: ReadonlySet<number>,
): Omit<Findings, "facts"> {
  if (end > totalBytes) {
    return { doubts: [], cut: `it says that it ends at byte ${end}, and it has ${totalBytes}` };
  }
  // A cut file may end within an element's header.
  if (totalBytes - end < EBML_HEADER_BYTES && !seen.has(ELEMENT.cluster)) {
    return { doubts: [], cut: "it has headers, and nothing that can be seen or heard" };
  }
  return seen.has(ELEMENT.segment) ? { doubts: [] } : notUnderstood("it has no segment");
}

function readInfo(info: Buffer): Partial<ContentFacts> {
  const scale = uintIn(info, ELEMENT.timestampScale) ?? DEFAULT_TIMESTAMP_SCALE;
  const seconds = ((floatIn(info, ELEMENT.duration) ?? 0) * scale) / 1e9;
  return Number.isFinite(seconds) && seconds > 0 ? { durationSeconds: rounded(seconds) } : {};
}

function readTracks(tracks: Buffer): Partial<ContentFacts> {
  const entries = [...elements(tracks)].filter(({ id }) => id === ELEMENT.track);
  const ofType = (type: number) =>
    entries.find(({ content }) => uintIn(content, ELEMENT.trackType) === type)?.content;
  const video = ofType(TRACK_TYPE.video);
  const audio = ofType(TRACK_TYPE.audio);
  return {
    ...(video && pictureOf(video)),
    ...(entries.length > 0 && { hasAudio: audio !== undefined }),
    ...(audio && { audioCodec: codecName(textIn(audio, ELEMENT.codec) ?? "") }),
  };
}

function pictureOf(video: Buffer): Partial<ContentFacts> {
  const settings = elementIn(video, ELEMENT.video);
  const width = settings && uintIn(settings, ELEMENT.width);
  const height = settings && uintIn(settings, ELEMENT.height);
  const nanoseconds = uintIn(video, ELEMENT.frameDuration) ?? 0;
  return {
    ...(width && height && { width, height }),
    ...(nanoseconds > 0 && { frameRate: rounded(1e9 / nanoseconds) }),
    videoCodec: codecName(textIn(video, ELEMENT.codec) ?? ""),
  };
}

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
 * Looks at the elements of a WebM or Matroska file. That it is cut is proved by an element that is
 * longer than what there is, or by a header alone; where lengths are not said, as in a live recording,
 * nothing is. What follows the segment, or is of no known kind, proves nothing.
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
    // The end of such a cluster is where the next one begins: no further.
    if (bytes === undefined) break;
    yield* readElement(facts, id, { offset: at, bytes });
    at += bytes;
  }
  const totalBytes = yield* endOf(file);
  const end = Number.isFinite(segmentEnd) ? segmentEnd : at;
  return { facts, ...judge(end, totalBytes, seen) };
}

/** Those that say what the file is. */
function* readElement(
  facts: Partial<ContentFacts>,
  id: number,
  content: Wanted,
): Generator<Wanted, void, Buffer> {
  const read = READERS[id];
  if (read === undefined || content.bytes > MAX_READ_BYTES) return;
  Object.assign(facts, read(yield content));
}

function judge(
  end: number,
  totalBytes: number,
  seen: ReadonlySet<number>,
): Omit<Findings, "facts"> {
  if (end > totalBytes) {
    return { doubts: [], cut: `it says that it ends at byte ${end}, and it has ${totalBytes}` };
  }
  // What a cut leaves may be the beginning of an element's header.
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

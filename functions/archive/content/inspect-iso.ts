import { BOX_HEADER_BYTES, isPrintable, isTopLevel, parseBoxHeader } from "./boxes.ts";
import {
  endOf,
  type FileEnd,
  type Findings,
  type Inspector,
  MAX_READ_BYTES,
  notUnderstood,
} from "./inspection.ts";
import { type IsoIndex, isMissing, newIsoIndex, type PlacedBox, takeBox } from "./iso-index.ts";
import { factsOf } from "./movie.ts";

/** Types whose payload is read. */
const INDEX_TYPES: ReadonlySet<string> = new Set(["ftyp", "moov", "moof", "sidx"]);

/** Where the walk over the boxes ended. */
interface WalkEnd {
  /** Behind the last box. */
  at: number;
  /** The last box and where it begins; undefined if there was none. */
  last: PlacedBox | undefined;
  /** Whether a box was met of a type that is not known here, or bytes that are no box. */
  hasStranger: boolean;
  totalBytes: number;
}

/**
 * Looks at the boxes of an MP4 or QuickTime file: those of the index are read, all others jumped over.
 *
 * What proves that a file is cut: its last box, of a known type, is longer than what there is; its
 * index names data beyond the end; or there are known boxes alone, and neither index nor fragments.
 * What is of no known type proves nothing, and behind the index it is not missed.
 */
export function* inspectIso(file: FileEnd): Inspector {
  const index = newIsoIndex();
  let at = 0;
  let last: PlacedBox | undefined;
  let hasStranger = false;
  for (;;) {
    const head = yield { offset: at, bytes: BOX_HEADER_BYTES };
    const box = parseBoxHeader(head);
    if (box === undefined || !isPrintable(box.type)) {
      // Less than a header is what a cut leaves, too.
      hasStranger ||= head.length >= 8;
      break;
    }
    last = { ...box, offset: at };
    hasStranger ||= !isTopLevel(box.type);
    if (INDEX_TYPES.has(box.type)) {
      const bytes = box.bytes === 0 ? MAX_READ_BYTES : box.bytes - box.headerBytes;
      const isRead = bytes <= MAX_READ_BYTES;
      const payload = isRead ? yield { offset: at + box.headerBytes, bytes } : undefined;
      takeBox(index, last, payload);
    } else {
      takeBox(index, last, undefined);
    }
    if (box.bytes === 0) {
      at = yield* endOf(file);
      break;
    }
    at += box.bytes;
  }
  const totalBytes = yield* endOf(file);
  return judge(index, { at, last, hasStranger, totalBytes });
}

function judge(index: IsoIndex, end: WalkEnd): Findings {
  const facts = index.movie === undefined ? {} : factsOf(index.movie);
  const cut = proofOfCut(index, end);
  if (cut !== undefined) return { facts, doubts: [...index.doubts], cut };
  if (isMissing(index)) return notUnderstood("it has no index among the boxes that are known");
  const doubts = [...index.doubts, ...doubtsOf(index, end)];
  return { facts, doubts, ...(isProvenWhole(index, end) && { isWhole: true }) };
}

/** Its index is there, and so are all data that it names: of a movie that has no fragments, all. */
function isProvenWhole({ movie, dataEnd, doubts }: IsoIndex, end: WalkEnd): boolean {
  const isClosed = end.at === end.totalBytes && !end.hasStranger && doubts.size === 0;
  return isClosed && movie !== undefined && !movie.isFragmented && dataEnd > 0;
}

function doubtsOf({ hasMovie, fragments }: IsoIndex, { at, last, totalBytes }: WalkEnd): string[] {
  // Such a box is of no known type, or the file would be cut.
  const boxesEnd = at > totalBytes ? (last?.offset ?? 0) : at;
  const rest = totalBytes - boxesEnd;
  return [
    ...(!hasMovie && fragments > 0
      ? ["it is a segment of a movie, without the movie's index"]
      : []),
    ...(rest > 0 ? [`behind its last box lie ${rest} bytes that are none`] : []),
  ];
}

function proofOfCut(index: IsoIndex, end: WalkEnd): string | undefined {
  const { at, last, totalBytes, hasStranger } = end;
  if (last !== undefined && isTopLevel(last.type) && at > totalBytes) {
    return `its last box (${last.type}) lacks ${at - totalBytes} of its ${last.bytes} bytes`;
  }
  if (index.dataEnd > totalBytes) {
    return `its index names data up to byte ${index.dataEnd}, and it has ${totalBytes}`;
  }
  if (hasStranger || last === undefined) return undefined;
  if (isMissing(index))
    return "it has no index (moov), and nothing else is in it that is not known";
  const { movie, fragments } = index;
  const isEmpty = movie?.tracks.every(({ samples }) => samples === 0) ?? false;
  if (movie?.isFragmented && isEmpty && fragments === 0) {
    return "it has only the beginning of a movie in fragments";
  }
  return undefined;
}

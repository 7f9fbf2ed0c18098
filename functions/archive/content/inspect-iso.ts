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
  /** The end of the last box. */
  at: number;
  /** The last box; undefined if there was none. */
  last: PlacedBox | undefined;
  /** Whether there was a box of an unknown type, or bytes that are no box. */
  hasUnknown: boolean;
  totalBytes: number;
}

/**
 * Inspects the boxes of an MP4 or QuickTime file: those of the index are read, all others skipped.
 *
 * A file is proved to be cut if its last box, of a known type, is longer than the rest of the file; if
 * its index names data beyond the end; or if it has only known boxes, and neither index nor fragments.
 * A box of an unknown type proves nothing. Decision 0061.
 */
export function* inspectIso(file: FileEnd): Inspector {
  const index = newIsoIndex();
  let at = 0;
  let last: PlacedBox | undefined;
  let hasUnknown = false;
  for (;;) {
    const head = yield { offset: at, bytes: BOX_HEADER_BYTES };
    const box = parseBoxHeader(head);
    if (box === undefined || !isPrintable(box.type)) {
      // A cut file may end within a header.
      hasUnknown ||= head.length >= 8;
      break;
    }
    last = { ...box, offset: at };
    hasUnknown ||= !isTopLevel(box.type);
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
  return findingsOf(index, { at, last, hasUnknown, totalBytes });
}

function findingsOf(index: IsoIndex, end: WalkEnd): Findings {
  const facts = index.movie === undefined ? {} : factsOf(index.movie);
  const cut = proofOfCut(index, end);
  if (cut !== undefined) return { facts, doubts: [...index.doubts], cut };
  if (isMissing(index)) return notUnderstood("it has no index among the boxes that are known");
  const doubts = [...index.doubts, ...doubtsOf(index, end)];
  return { facts, doubts, ...(isProvenWhole(index, end) && { isWhole: true }) };
}

/** The index and all data that it names are there; without fragments, that is everything. */
function isProvenWhole({ movie, dataEnd, doubts }: IsoIndex, end: WalkEnd): boolean {
  const isClosed = end.at === end.totalBytes && !end.hasUnknown && doubts.size === 0;
  return isClosed && movie !== undefined && !movie.isFragmented && dataEnd > 0;
}

function doubtsOf({ hasMovie, fragments }: IsoIndex, { at, last, totalBytes }: WalkEnd): string[] {
  // A last box beyond the end is of an unknown type here, or the file would be cut.
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
  const { at, last, totalBytes, hasUnknown } = end;
  if (last !== undefined && isTopLevel(last.type) && at > totalBytes) {
    return `its last box (${last.type}) lacks ${at - totalBytes} of its ${last.bytes} bytes`;
  }
  if (index.dataEnd > totalBytes) {
    return `its index names data up to byte ${index.dataEnd}, and it has ${totalBytes}`;
  }
  if (hasUnknown || last === undefined) return undefined;
  if (isMissing(index))
    return "it has no index (moov), and nothing else is in it that is not known";
  const { movie, fragments } = index;
  const isEmpty = movie?.tracks.every(({ samples }) => samples === 0) ?? false;
  if (movie?.isFragmented && isEmpty && fragments === 0) {
    return "it has only the beginning of a movie in fragments";
  }
  return undefined;
}

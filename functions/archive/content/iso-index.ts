import { addFragment } from "./fragment.ts";
import { type Movie, readMovie } from "./movie.ts";

/** The contents of the index's boxes so far. */
export interface IsoIndex {
  movie: Movie | undefined;
  /** Whether there is a movie box, understood or not. */
  hasMovie: boolean;
  fragments: number;
  /** By the brands of a still picture (HEIF, AVIF), whose index is in `meta` and not in `moov`. */
  isPicture: boolean;
  hasItems: boolean;
  /** The end of the last data that the index names. */
  dataEnd: number;
  doubts: Set<string>;
}

/** A top-level box in the file. */
export interface PlacedBox {
  type: string;
  offset: number;
  bytes: number;
}

const PICTURE_BRAND = /^(?:mif[12]|msf1|hei[cxms]|hev[cxms]|avi[fs]|crx )$/;

export function newIsoIndex(): IsoIndex {
  return {
    movie: undefined,
    hasMovie: false,
    fragments: 0,
    isPicture: false,
    hasItems: false,
    dataEnd: 0,
    doubts: new Set(),
  };
}

/** Whether no box says where the content is. */
export function isMissing({ hasMovie, fragments, isPicture, hasItems }: IsoIndex): boolean {
  return !hasMovie && fragments === 0 && !(isPicture && hasItems);
}

/**
 * Adds the next box of the file.
 *
 * @param payload of a box of the index, shorter only at the end of the file; undefined for other boxes,
 *   and for one that is too large to be read
 */
export function takeBox(index: IsoIndex, box: PlacedBox, payload: Buffer | undefined): void {
  if (box.type === "moov") index.hasMovie = true;
  if (box.type === "moof") index.fragments += 1;
  if (box.type === "meta") index.hasItems = true;
  if (payload === undefined) {
    if (box.type === "moov") index.doubts.add("its index is too large to be looked at");
    return;
  }
  try {
    index.dataEnd = Math.max(index.dataEnd, readIndexBox(index, box, payload));
  } catch {
    index.doubts.add(`its ${box.type} box was not understood`);
  }
}

/** @returns the end of the last data that the box names; 0 if it names none */
function readIndexBox(index: IsoIndex, { type, offset, bytes }: PlacedBox, payload: Buffer) {
  switch (type) {
    case "ftyp":
      index.isPicture = brandsOf(payload).some((brand) => PICTURE_BRAND.test(brand));
      return 0;
    case "moov":
      index.movie = readMovie(payload);
      return Math.max(
        0,
        ...index.movie.tracks.filter(({ isLocal }) => isLocal).map(({ dataEnd }) => dataEnd),
      );
    case "moof":
      return addFragment(index.movie, payload, offset);
    default:
      return offset + bytes + referencedBytes(payload);
  }
}

function brandsOf(ftyp: Buffer): string[] {
  return ftyp.subarray(0, 1024).toString("latin1").match(/.{4}/gs) ?? [];
}

/** The bytes after a segment index (`sidx`, 8.16.3) that it refers to. */
function referencedBytes(sidx: Buffer): number {
  const isWide = sidx[0] === 1;
  const first = isWide ? Number(sidx.readBigUInt64BE(20)) : sidx.readUInt32BE(16);
  const countAt = isWide ? 30 : 22;
  let bytes = first;
  for (let entry = 0; entry < sidx.readUInt16BE(countAt); entry++) {
    bytes += sidx.readUInt32BE(countAt + 2 + entry * 12) & 0x7fff_ffff;
  }
  return bytes;
}

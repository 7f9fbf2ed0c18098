import { boxAt, childBoxes } from "./boxes.ts";
import type { Movie, Track } from "./movie.ts";

/** Flags of `tfhd` and `trun` (ISO/IEC 14496-12, 8.8.7 and 8.8.8). */
const BASE_OFFSET = 0x1;
const DESCRIPTION_INDEX = 0x2;
const DEFAULT_DURATION = 0x8;
const DEFAULT_SIZE = 0x10;
const DATA_OFFSET = 0x1;
const FIRST_FLAGS = 0x4;
/** Four bytes each for every sample: duration, size, flags, composition offset. */
const PER_SAMPLE = [0x100, 0x200, 0x400, 0x800];

/**
 * Adds a fragment (`moof`) to the tracks of its movie.
 *
 * @param moof the box's payload
 * @param offset of the box in the file
 * @returns where the data of its last sample ends; 0 if it has none
 * @throws RangeError when a box is shorter than its required content
 */
export function addFragment(movie: Movie | undefined, moof: Buffer, offset: number): number {
  let dataEnd = 0;
  for (const { type, payload } of childBoxes(moof)) {
    if (type === "traf") dataEnd = Math.max(dataEnd, addTrackFragment(movie, payload, offset));
  }
  return dataEnd;
}

function addTrackFragment(movie: Movie | undefined, traf: Buffer, moofOffset: number): number {
  const tfhd = boxAt(traf, ["tfhd"]);
  if (tfhd === undefined) return 0;
  const track = movie?.tracks.find(({ id }) => id === tfhd.readUInt32BE(4));
  const header = readTrackHeader(tfhd, track);
  const base = header.base ?? moofOffset;
  let dataEnd = 0;
  let next: number | undefined;
  for (const { type, payload } of childBoxes(traf)) {
    if (type !== "trun") continue;
    const run = readRun(payload, header);
    // Without an offset, a run's data follows that of the run before it.
    const start = run.offset === undefined ? next : base + run.offset;
    if (start !== undefined && run.samples > 0) dataEnd = Math.max(dataEnd, start + run.bytes);
    next = start === undefined ? undefined : start + run.bytes;
    if (track === undefined) continue;
    track.samples += run.samples;
    track.duration += run.duration;
  }
  return dataEnd;
}

interface TrackHeader {
  base: number | undefined;
  duration: number;
  size: number;
}

function readTrackHeader(tfhd: Buffer, track: Track | undefined): TrackHeader {
  const flags = tfhd.readUIntBE(1, 3);
  let at = 8;
  const field = (flag: number, bytes: number) => {
    if ((flags & flag) === 0) return undefined;
    const found = at;
    at += bytes;
    return found;
  };
  const base = field(BASE_OFFSET, 8);
  field(DESCRIPTION_INDEX, 4);
  const duration = field(DEFAULT_DURATION, 4);
  const size = field(DEFAULT_SIZE, 4);
  return {
    base: base === undefined ? undefined : Number(tfhd.readBigUInt64BE(base)),
    duration:
      duration === undefined ? (track?.defaults.duration ?? 0) : tfhd.readUInt32BE(duration),
    size: size === undefined ? (track?.defaults.size ?? 0) : tfhd.readUInt32BE(size),
  };
}

/** The totals of a run of samples: a hostile count without fields per sample costs nothing. */
function readRun(trun: Buffer, { duration, size }: TrackHeader) {
  const flags = trun.readUIntBE(1, 3);
  const samples = trun.readUInt32BE(4);
  const hasOffset = (flags & DATA_OFFSET) !== 0;
  const offset = hasOffset ? trun.readInt32BE(8) : undefined;
  const first = 8 + (hasOffset ? 4 : 0) + ((flags & FIRST_FLAGS) !== 0 ? 4 : 0);
  const fields = PER_SAMPLE.filter((flag) => (flags & flag) !== 0);
  const total = (flag: number, each: number) => {
    const index = fields.indexOf(flag);
    if (index < 0) return samples * each;
    let sum = 0;
    for (let sample = 0; sample < samples; sample++) {
      sum += trun.readUInt32BE(first + (sample * fields.length + index) * 4);
    }
    return sum;
  };
  return { samples, offset, duration: total(0x100, duration), bytes: total(0x200, size) };
}

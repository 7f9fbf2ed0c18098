import { boxAt } from "./boxes.ts";

/** The totals of a track's sample tables. Tables are summed up, never expanded. */
export interface SampleTable {
  samples: number;
  /** Of all samples together, in the track's timescale. */
  duration: number;
  /** The end of the last chunk in the file; 0 without samples. */
  dataEnd: number;
}

/** Offset of the entries in a table: after version, flags and their number. */
const ENTRIES_AT = 8;

/**
 * @param stbl payload of the sample table box (ISO/IEC 14496-12, 8.5)
 * @throws RangeError when a table is longer than its box
 */
export function readSampleTable(stbl: Buffer): SampleTable {
  const { samples, duration } = readTimes(boxAt(stbl, ["stts"]));
  return { samples, duration, dataEnd: dataEndOf(stbl) };
}

function readTimes(stts: Buffer | undefined): Pick<SampleTable, "samples" | "duration"> {
  let samples = 0;
  let duration = 0;
  if (stts === undefined) return { samples, duration };
  const end = ENTRIES_AT + stts.readUInt32BE(4) * 8;
  for (let at = ENTRIES_AT; at < end; at += 8) {
    const count = stts.readUInt32BE(at);
    samples += count;
    duration += count * stts.readUInt32BE(at + 4);
  }
  return { samples, duration };
}

/** Reads only the samples of the last chunk: a long movie has a million samples. */
function dataEndOf(stbl: Buffer): number {
  const stsc = boxAt(stbl, ["stsc"]);
  const last = lastChunk(stbl);
  if (stsc === undefined || last === undefined) return 0;
  const { first, count } = samplesOf(stsc, last.number);
  return last.offset + bytesOf(boxAt(stbl, ["stsz"]), first, count);
}

/** The last chunk in the file; chunks are numbered from 1. */
function lastChunk(stbl: Buffer): { number: number; offset: number } | undefined {
  const stco = boxAt(stbl, ["stco"]);
  const table = stco ?? boxAt(stbl, ["co64"]);
  if (table === undefined) return undefined;
  let last: { number: number; offset: number } | undefined;
  const count = table.readUInt32BE(4);
  for (let index = 0; index < count; index++) {
    const offset = stco
      ? stco.readUInt32BE(ENTRIES_AT + index * 4)
      : Number(table.readBigUInt64BE(ENTRIES_AT + index * 8));
    if (last === undefined || offset > last.offset) last = { number: index + 1, offset };
  }
  return last;
}

/** Each entry begins a run of chunks with the same number of samples (8.7.4). */
function samplesOf(stsc: Buffer, chunk: number): { first: number; count: number } {
  let first = 0;
  const runs = stsc.readUInt32BE(4);
  for (let run = 0; run < runs; run++) {
    const at = ENTRIES_AT + run * 12;
    const [begins, count] = [stsc.readUInt32BE(at), stsc.readUInt32BE(at + 4)];
    const next = run + 1 < runs ? stsc.readUInt32BE(at + 12) : Number.POSITIVE_INFINITY;
    if (chunk < next) return { first: first + (chunk - begins) * count, count };
    first += (next - begins) * count;
  }
  return { first: 0, count: 0 };
}

function bytesOf(stsz: Buffer | undefined, first: number, count: number): number {
  // Compact sizes (stz2) are rare; their samples count as empty, which proves less, never more.
  if (stsz === undefined) return 0;
  const fixed = stsz.readUInt32BE(4);
  const end = Math.min(first + count, stsz.readUInt32BE(8));
  if (fixed !== 0) return fixed * Math.max(0, end - first);
  let bytes = 0;
  for (let index = first; index < end; index++) bytes += stsz.readUInt32BE(12 + index * 4);
  return bytes;
}

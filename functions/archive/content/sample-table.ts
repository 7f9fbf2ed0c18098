import { boxAt } from "./boxes.ts";

/** What a track's tables say of its samples. Tables are summed up, never expanded. */
export interface SampleTable {
  samples: number;
  /** Of all samples together, in the track's timescale. */
  duration: number;
  /** Where the data of the last sample in the file ends; 0 without samples. */
  dataEnd: number;
}

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
  for (const at of entries(stts, 4, 8)) {
    const count = stts?.readUInt32BE(at) ?? 0;
    samples += count;
    duration += count * (stts?.readUInt32BE(at + 4) ?? 0);
  }
  return { samples, duration };
}

/** Offsets of the entries of a table whose number stands at a place in its box. */
function* entries(table: Buffer | undefined, countAt: number, entryBytes: number) {
  const count = table?.readUInt32BE(countAt) ?? 0;
  for (let index = 0; index < count; index++) yield countAt + 4 + index * entryBytes;
}

function dataEndOf(stbl: Buffer): number {
  const sizeOf = readSizes(stbl);
  let end = 0;
  let sample = 0;
  for (const { offset, samples } of chunks(stbl)) {
    end = Math.max(end, offset + sizeOf(sample, samples));
    sample += samples;
  }
  return end;
}

/** @returns what gives the bytes of so many samples from one on */
function readSizes(stbl: Buffer): (first: number, count: number) => number {
  const stsz = boxAt(stbl, ["stsz"]);
  // Compact sizes (stz2) are so rare that their samples count as empty: that proves less, never more.
  if (stsz === undefined) return () => 0;
  const fixed = stsz.readUInt32BE(4);
  const total = stsz.readUInt32BE(8);
  if (fixed !== 0) return (first, count) => fixed * Math.max(0, Math.min(count, total - first));
  return (first, count) => {
    let bytes = 0;
    const end = Math.min(first + count, total);
    for (let index = first; index < end; index++) bytes += stsz.readUInt32BE(12 + index * 4);
    return bytes;
  };
}

/** Chunks of a track in order: each lies in one piece. */
function* chunks(stbl: Buffer): Generator<{ offset: number; samples: number }> {
  const stco = boxAt(stbl, ["stco"]);
  const co64 = boxAt(stbl, ["co64"]);
  const samplesIn = readRuns(boxAt(stbl, ["stsc"]));
  let chunk = 0;
  for (const at of stco ? entries(stco, 4, 4) : entries(co64, 4, 8)) {
    chunk += 1;
    const offset = stco ? stco.readUInt32BE(at) : Number(co64?.readBigUInt64BE(at));
    yield { offset, samples: samplesIn(chunk) };
  }
}

/** @returns what gives the number of samples in a chunk; to be asked for one after the other, from 1 */
function readRuns(stsc: Buffer | undefined): (chunk: number) => number {
  if (stsc === undefined) return () => 0;
  const count = stsc.readUInt32BE(4);
  let run = 0;
  return (chunk) => {
    while (run + 1 < count && chunk >= stsc.readUInt32BE(8 + (run + 1) * 12)) run += 1;
    return count === 0 ? 0 : stsc.readUInt32BE(8 + run * 12 + 4);
  };
}

/** A film as the index of an MP4 file describes it; its samples are never made. */
interface FilmShape {
  /** Of the whole file. */
  bytes: number;
  /** Whether the index stands before the samples, as for streaming, or behind them. */
  indexFirst: boolean;
}

/** A piece of the file at its place; what lies between the pieces is arbitrary. */
export interface FilmPiece {
  offset: number;
  bytes: Buffer;
}

const SECONDS = 120;
const TIMESCALE = 600;
/** Samples of each track: 30 frames a second, and AAC's frames at 48 kHz. */
const FRAMES = SECONDS * 30;
const SOUNDS = Math.ceil((SECONDS * 48_000) / 1024);
/** Frames and sounds take turns in the file, half a second each. */
const CHUNKS = SECONDS * 2;

/**
 * The bytes of an MP4 file that are not samples: its type, the header of its samples' box, and an
 * index with tables as long as those of a real film of two minutes with sound.
 */
export function filmOf({ bytes, indexFirst }: FilmShape): FilmPiece[] {
  const type = box("ftyp", Buffer.from("isom\0\0\x02\0isomiso2avc1mp41", "latin1"));
  // The index has the same length wherever its samples lie.
  const indexBytes = indexOf(0, 0).length;
  const dataBytes = bytes - type.length - indexBytes;
  const dataAt = indexFirst ? type.length + indexBytes : type.length;
  const index = indexOf(dataAt + 8, dataBytes - 8);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(dataBytes, 0);
  header.write("mdat", 4, "latin1");
  return [
    { offset: 0, bytes: type },
    { offset: dataAt, bytes: header },
    { offset: indexFirst ? type.length : dataAt + dataBytes, bytes: index },
  ];
}

function indexOf(dataAt: number, dataBytes: number): Buffer {
  const header = Buffer.alloc(100);
  header.writeUInt32BE(TIMESCALE, 12);
  header.writeUInt32BE(SECONDS * TIMESCALE, 16);
  const chunkBytes = Math.floor(dataBytes / (2 * CHUNKS));
  return box(
    "moov",
    box("mvhd", header),
    trackOf(1, "vide", FRAMES, (chunk) => dataAt + 2 * chunk * chunkBytes),
    trackOf(2, "soun", SOUNDS, (chunk) => dataAt + (2 * chunk + 1) * chunkBytes),
  );
}

function trackOf(id: number, handler: string, samples: number, at: (chunk: number) => number) {
  const header = Buffer.alloc(84);
  header.writeUInt32BE(id, 12);
  header.writeUInt32BE(0x0001_0000, 40);
  const clock = Buffer.alloc(24);
  clock.writeUInt32BE(samples, 12);
  clock.writeUInt32BE(samples, 16);
  const entry = Buffer.alloc(94);
  entry.writeUInt32BE(1, 4);
  entry.writeUInt32BE(86, 8);
  entry.write(handler === "vide" ? "avc1" : "mp4a", 12, "latin1");
  entry.writeUInt16BE(1280, 40);
  entry.writeUInt16BE(720, 42);
  const table = box(
    "stbl",
    box("stsd", entry),
    box("stts", numbers(0, 1, samples, 1)),
    box("stsc", numbers(0, 1, 1, Math.ceil(samples / CHUNKS), 1)),
    box("stsz", numbers(0, 0, samples, ...Array.from({ length: samples }, () => 100))),
    box("stco", numbers(0, CHUNKS, ...Array.from({ length: CHUNKS }, (_, chunk) => at(chunk)))),
  );
  const kind = Buffer.alloc(25);
  kind.write(handler, 8, "latin1");
  return box(
    "trak",
    box("tkhd", header),
    box("mdia", box("mdhd", clock), box("hdlr", kind), box("minf", table)),
  );
}

function numbers(...values: readonly number[]): Buffer {
  const payload = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) payload.writeUInt32BE(value, index * 4);
  return payload;
}

function box(type: string, ...payload: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + payload.reduce((sum, { length }) => sum + length, 0), 0);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, ...payload]);
}

import type { ContentFacts } from "#domain/job/content.ts";
import { boxAt, childBoxes } from "./boxes.ts";
import { codecName } from "./codecs.ts";
import { readSampleTable, type SampleTable } from "./sample-table.ts";

/** A track as the movie box describes it. */
export interface Track extends SampleTable {
  id: number;
  /** `vide`, `soun` or another handler. */
  handler: string;
  /** Units per second of its own clock. */
  timescale: number;
  codec: string;
  width: number;
  height: number;
  /** Whether its samples are in this very file. */
  isLocal: boolean;
  /** For the samples of a fragment that does not state its own (`trex`). */
  defaults: { duration: number; size: number };
}

/** The contents of the movie box (`moov`). */
export interface Movie {
  tracks: Track[];
  /** Whether `tracks` has every track of the file; one that is not understood is left out. */
  hasAllTracks: boolean;
  /** Seconds; 0 if unknown. */
  duration: number;
  /** Whether more of it is in fragments. */
  isFragmented: boolean;
}

/**
 * @param moov the box's payload
 * @throws RangeError when a box is shorter than its required content
 */
export function readMovie(moov: Buffer): Movie {
  const defaults = readDefaults(boxAt(moov, ["mvex"]));
  const boxes = [...childBoxes(moov)].filter(({ type }) => type === "trak");
  const tracks = boxes.flatMap(({ payload }) => readTrack(payload, defaults) ?? []);
  const header = boxAt(moov, ["mvhd"]);
  const { timescale, duration } =
    header === undefined ? { timescale: 0, duration: 0 } : readClock(header);
  return {
    tracks,
    hasAllTracks: tracks.length > 0 && tracks.length === boxes.length,
    duration: timescale === 0 ? 0 : duration / timescale,
    isFragmented: boxAt(moov, ["mvex"]) !== undefined,
  };
}

/** Timescale and duration from the header of a movie or a track; version 1 has 64-bit times. */
function readClock(header: Buffer): { timescale: number; duration: number } {
  if (header[0] !== 1) {
    const duration = header.readUInt32BE(16);
    return {
      timescale: header.readUInt32BE(12),
      duration: duration === 0xffffffff ? 0 : duration,
    };
  }
  const duration = header.readBigUInt64BE(24);
  const isUnknown = duration === 0xffff_ffff_ffff_ffffn;
  return { timescale: header.readUInt32BE(20), duration: isUnknown ? 0 : Number(duration) };
}

function readTrack(trak: Buffer, defaults: ReadonlyMap<number, Track["defaults"]>) {
  const header = boxAt(trak, ["tkhd"]);
  const clock = boxAt(trak, ["mdia", "mdhd"]);
  const stbl = boxAt(trak, ["mdia", "minf", "stbl"]);
  if (header === undefined || clock === undefined || stbl === undefined) return undefined;
  const id = header.readUInt32BE(header[0] === 1 ? 20 : 12);
  const track: Track = {
    id,
    handler: boxAt(trak, ["mdia", "hdlr"])?.toString("latin1", 8, 12) ?? "",
    timescale: readClock(clock).timescale,
    ...readEntry(boxAt(stbl, ["stsd"])),
    ...readSampleTable(stbl),
    isLocal: isLocal(boxAt(trak, ["mdia", "minf", "dinf", "dref"])),
    defaults: defaults.get(id) ?? { duration: 0, size: 0 },
  };
  return isRotated(header) ? { ...track, width: track.height, height: track.width } : track;
}

/** The first sample entry; its size in pixels is that of the encoded picture. */
function readEntry(stsd: Buffer | undefined): Pick<Track, "codec" | "width" | "height"> {
  if (stsd === undefined || stsd.length < 16) return { codec: "", width: 0, height: 0 };
  const codec = stsd.toString("latin1", 12, 16);
  const isVisual = stsd.length >= 44;
  return {
    codec,
    width: isVisual ? stsd.readUInt16BE(40) : 0,
    height: isVisual ? stsd.readUInt16BE(42) : 0,
  };
}

/** Whether the matrix of the track's header rotates the picture by 90 degrees, as phones do. */
function isRotated(header: Buffer): boolean {
  const matrix = header[0] === 1 ? 52 : 40;
  return header.readInt32BE(matrix) === 0 && header.readInt32BE(matrix + 4) !== 0;
}

/** An entry without this flag names another file. */
function isLocal(dref: Buffer | undefined): boolean {
  if (dref === undefined) return true;
  return [...childBoxes(dref.subarray(8))].every(({ payload }) => ((payload[3] ?? 0) & 1) === 1);
}

function readDefaults(mvex: Buffer | undefined): Map<number, Track["defaults"]> {
  const defaults = new Map<number, Track["defaults"]>();
  for (const { type, payload } of childBoxes(mvex ?? Buffer.alloc(0))) {
    if (type !== "trex") continue;
    const [duration, size] = [payload.readUInt32BE(12), payload.readUInt32BE(16)];
    defaults.set(payload.readUInt32BE(4), { duration, size });
  }
  return defaults;
}

/** The facts about a movie for the record, from its tracks with all their samples. */
export function factsOf({
  tracks,
  hasAllTracks,
  duration,
  isFragmented,
}: Movie): Partial<ContentFacts> {
  const video = tracks.find(({ handler }) => handler === "vide");
  const audio = tracks.find(({ handler }) => handler === "soun");
  // The header of a fragmented movie is often written before its fragments.
  const declared = isFragmented ? 0 : duration;
  const seconds = declared > 0 ? declared : Math.max(0, ...tracks.map(secondsOf));
  return {
    ...(seconds > 0 && { durationSeconds: rounded(seconds) }),
    ...(video && pictureOf(video)),
    ...((audio !== undefined || hasAllTracks) && { hasAudio: audio !== undefined }),
    ...(audio && { audioCodec: codecName(audio.codec) }),
  };
}

function pictureOf(video: Track): Partial<ContentFacts> {
  const seconds = secondsOf(video);
  return {
    ...(video.width > 0 && { width: video.width, height: video.height }),
    ...(seconds > 0 && { frameRate: rounded(video.samples / seconds) }),
    videoCodec: codecName(video.codec),
  };
}

function secondsOf({ duration, timescale }: Track): number {
  return timescale === 0 ? 0 : duration / timescale;
}

/** To three decimals; more would only show floating-point errors. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

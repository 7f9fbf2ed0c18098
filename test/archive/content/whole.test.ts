import { readFileSync } from "node:fs";
import { sampleVideoPath } from "@akool-archiver/akool-simulator/video-content.ts";
import { describe, expect, it } from "vitest";
import { compareFile } from "#domain/job/comparison.ts";
import { findingsOf, media } from "./media.ts";

const SOUND = { hasAudio: true, audioCodec: "aac" };
const H264 = { width: 64, height: 48, frameRate: 10, videoCodec: "h264", ...SOUND };

describe("the findings of a whole file:", () => {
  it.each([
    ["moov-last.mp4", { durationSeconds: 0.8, ...H264 }],
    ["moov-first.mp4", { durationSeconds: 0.8, ...H264 }],
    ["fragmented.mp4", { durationSeconds: 1, ...H264 }],
    ["fragmented-sidx.mp4", { durationSeconds: 1, ...H264 }],
    ["quicktime.mov", { durationSeconds: 0.8, ...H264 }],
    ["turned.mp4", { durationSeconds: 0.8, ...H264, width: 48, height: 64 }],
    ["hevc.mp4", { durationSeconds: 0.8, ...H264, videoCodec: "hevc", audioCodec: "opus" }],
    ["audio.m4a", { durationSeconds: 0.8, ...SOUND }],
    ["video.webm", { durationSeconds: 0.803, ...H264, videoCodec: "vp8", audioCodec: "vorbis" }],
    ["video.mkv", { durationSeconds: 0.823, ...H264 }],
    ["live.mkv", H264],
    ["video.avi", { durationSeconds: 0.9, ...H264, videoCodec: "mpeg4", audioCodec: "mp3" }],
    ["video.flv", { durationSeconds: 0.836, videoCodec: "h263", ...SOUND, audioCodec: "mp3" }],
    ["transport-stream.bin", {}],
    ["picture.avif", {}],
    ["picture.webp", {}],
    ["audio.wav", {}],
  ])("%s", async (name, facts) => {
    expect(await findingsOf(media(name))).toMatchObject({ facts, doubts: [] });
  });

  it("a segment, which says nothing about its movie", async () => {
    expect(await findingsOf(media("segment.m4s"))).toEqual({
      facts: {},
      doubts: ["it is a segment of a movie, without the movie's index"],
    });
  });

  it.each(["picture.png", "picture.jpg", "picture.gif", "audio.mp3"])(
    "%s, of which nothing but its kind is looked at",
    async (name) => {
      expect(await findingsOf(media(name))).toBeUndefined();
    },
  );
});

describe("whether a file has sound", () => {
  /** The file with its track of sound turned into free space, or made unreadable. */
  function withoutSound(as: "free" | "broken"): Buffer {
    const file = Buffer.from(media("moov-first.mp4"));
    const track = file.lastIndexOf("trak", file.indexOf("soun"));
    if (as === "free") file.write("free", track, "latin1");
    else file.write("none", file.indexOf("stbl", track), "latin1");
    return file;
  }

  it("is told by an index that has no track of it", async () => {
    const { facts } = (await findingsOf(withoutSound("free"))) ?? {};

    expect(facts).toMatchObject({ videoCodec: "h264", hasAudio: false });
    expect(facts).not.toHaveProperty("audioCodec");
  });

  it("is not told by an index of which a track is not understood", async () => {
    const { facts } = (await findingsOf(withoutSound("broken"))) ?? {};

    expect(facts).toMatchObject({ videoCodec: "h264" });
    expect(facts).not.toHaveProperty("hasAudio");
  });

  it("is told of a WebM file without it", async () => {
    const file = Buffer.from(media("video.webm"));
    // The type of its track of sound (element 0x83, one byte, 2) becomes that of subtitles.
    const type = file.indexOf(Buffer.from("838102", "hex"));
    file.writeUInt8(0x11, type + 2);

    expect((await findingsOf(file))?.facts).toMatchObject({ videoCodec: "vp8", hasAudio: false });
  });

  it.each(["transport-stream.bin", "picture.webp"])("is left open: %s", async (name) => {
    expect((await findingsOf(media(name)))?.facts).not.toHaveProperty("hasAudio");
  });
});

describe("a whole file is proved by", () => {
  it.each([
    ["moov-last.mp4", true],
    ["quicktime.mov", true],
    ["audio.m4a", true],
    // More fragments might have followed.
    ["fragmented.mp4", undefined],
    ["segment.m4s", undefined],
    ["transport-stream.bin", undefined],
  ])("an index and all that it names: %s", async (name, isWhole) => {
    expect((await findingsOf(media(name)))?.isWhole).toBe(isWhole);
  });
});

it("the simulator's video is what the simulator says of it", async () => {
  const findings = await findingsOf(readFileSync(sampleVideoPath));

  const told = { video_duration: 10.5, resolution: "720p" };
  expect(findings).toMatchObject({ doubts: [], isWhole: true, facts: { hasAudio: true } });
  expect(compareFile(findings?.facts ?? {}, told, undefined)).toEqual([
    { property: "durationSeconds", found: 10.52, told: 10.5, agrees: true },
    { property: "resolution", found: 720, told: 720, agrees: true },
  ]);
});

import { describe, expect, it } from "vitest";
import { findingsOf, media } from "./media.ts";

const H264 = { width: 64, height: 48, frameRate: 10, videoCodec: "h264", audioCodec: "aac" };

describe("the findings of a whole file:", () => {
  it.each([
    ["moov-last.mp4", { durationSeconds: 0.8, ...H264 }],
    ["moov-first.mp4", { durationSeconds: 0.8, ...H264 }],
    ["fragmented.mp4", { durationSeconds: 1, ...H264 }],
    ["fragmented-sidx.mp4", { durationSeconds: 1, ...H264 }],
    ["quicktime.mov", { durationSeconds: 0.8, ...H264 }],
    ["turned.mp4", { durationSeconds: 0.8, ...H264, width: 48, height: 64 }],
    ["hevc.mp4", { durationSeconds: 0.8, ...H264, videoCodec: "hevc", audioCodec: "opus" }],
    ["audio.m4a", { durationSeconds: 0.8, audioCodec: "aac" }],
    ["video.webm", { durationSeconds: 0.803, ...H264, videoCodec: "vp8", audioCodec: "vorbis" }],
    ["video.mkv", { durationSeconds: 0.823, ...H264 }],
    ["live.mkv", H264],
    ["video.avi", { durationSeconds: 0.9, ...H264, videoCodec: "mpeg4", audioCodec: "mp3" }],
    ["video.flv", { durationSeconds: 0.836, videoCodec: "h263", audioCodec: "mp3" }],
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

import fc from "fast-check";
import { BufferSource, Input, MATROSKA, MP4, QTFF, WEBM } from "mediabunny";
import { describe, expect, it } from "vitest";
import { detectContent } from "#archive/content/detect.ts";
import { pageIn } from "#archive/content/page.ts";
import { countingMilliseconds, cpuMilliseconds } from "#test/support/cpu-time.ts";
import { findingsOf, media } from "./media.ts";

const NAMES = [
  "moov-first.mp4",
  "fragmented-sidx.mp4",
  "segment.m4s",
  "quicktime.mov",
  "video.webm",
  "live.mkv",
  "video.avi",
  "video.flv",
  "transport-stream.bin",
  "picture.avif",
];

/** Bytes of a real file changed, most often to the largest numbers, in its first kilobytes. */
const mutated = fc
  .record({
    name: fc.constantFrom(...NAMES),
    changes: fc.array(
      fc.record({
        at: fc.nat(6_000),
        value: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff),
        run: fc.integer({ min: 1, max: 8 }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    end: fc.nat(8_000),
  })
  .map(({ name, changes, end }) => {
    const file = Buffer.from(media(name));
    for (const { at, value, run } of changes)
      file.fill(value, Math.min(at, file.length), Math.min(at + run, file.length));
    return end % 3 === 0 ? file.subarray(0, end) : file;
  });

describe("a hostile file", () => {
  it("neither hangs the inspection, nor makes it throw, nor yields facts that cannot be recorded", async () => {
    let longest = 0;
    await fc.assert(
      fc.asyncProperty(mutated, async (file) => {
        let facts = {};
        const milliseconds = await cpuMilliseconds(async () => {
          pageIn(file.subarray(0, 4_100));
          await detectContent(file.subarray(0, 4_100));
          facts = (await findingsOf(file))?.facts ?? {};
        });
        longest = Math.max(longest, milliseconds);
        for (const value of Object.values(facts)) {
          const isPlain = typeof value === "string" || typeof value === "boolean";
          expect(isPlain || Number.isFinite(value)).toBe(true);
        }
      }),
      { numRuns: 1_500 },
    );
    // A file has eight thousand bytes; the numbers in it say four thousand million of this and that.
    expect(longest).toBeLessThan(await countingMilliseconds(400_000_000));
  });

  it("may claim as many samples as a number can hold", async () => {
    const movie = Buffer.from(media("moov-first.mp4"));
    movie.writeUInt32BE(0xffffffff, movie.indexOf("stts") + 12);
    const fragment = Buffer.from(media("fragmented.mp4"));
    const run = fragment.indexOf("trun");
    fragment.writeUInt32BE(fragment.readUInt32BE(run + 4) & ~0xf00, run + 4);
    fragment.writeUInt32BE(0xffffffff, run + 8);

    const milliseconds = await cpuMilliseconds(async () => {
      expect(await findingsOf(movie)).toBeDefined();
      expect(await findingsOf(fragment)).toBeDefined();
    });

    // A tenth of what it would take to count them.
    expect(milliseconds).toBeLessThan(await countingMilliseconds(400_000_000));
  });

  it("may have a million boxes", async () => {
    const one = Buffer.from("0000000866726565", "hex");

    expect((await findingsOf(Buffer.alloc(8 * 1_100_000, one)))?.doubts).toEqual([
      "its structure was not understood: it has too many pieces",
    ]);
  });
});

describe("the findings agree with another reader's", () => {
  it.each([
    "moov-last.mp4",
    "moov-first.mp4",
    "fragmented.mp4",
    "quicktime.mov",
    "turned.mp4",
    "video.webm",
    "video.mkv",
  ])("%s", async (name) => {
    const file = media(name);
    const input = new Input({
      source: new BufferSource(file),
      formats: [MP4, QTFF, WEBM, MATROSKA],
    });
    const video = await input.getPrimaryVideoTrack();
    const audio = await input.getPrimaryAudioTrack();
    const seconds = await input.computeDuration();

    const { facts } = (await findingsOf(file)) ?? {};

    expect(facts?.durationSeconds).toBeGreaterThan(seconds - 0.25);
    expect(facts?.durationSeconds).toBeLessThan(seconds + 0.25);
    expect(facts).toMatchObject({ width: video?.displayWidth, height: video?.displayHeight });
    expect(facts?.videoCodec).toBe(video?.codec === "avc" ? "h264" : video?.codec);
    expect(facts?.audioCodec).toBe(audio?.codec);
    expect(facts?.hasAudio).toBe(audio !== null);
    input.dispose();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, boxesOf, findingsOf, media, typeOf } from "./media.ts";

const cutOf = async (file: Buffer) => (await findingsOf(file))?.cut;
const mp4 = media("moov-first.mp4");
const moovLast = media("moov-last.mp4");
const without = (file: Buffer, type: string) =>
  Buffer.concat(boxesOf(file).filter((found) => typeOf(found) !== type));

describe("a file without its end is proved to be cut, wherever it was cut:", () => {
  it.each([
    "moov-first.mp4",
    "moov-last.mp4",
    "segment.m4s",
    "quicktime.mov",
    "audio.m4a",
    "video.webm",
    "video.mkv",
    "video.avi",
    "audio.wav",
    "picture.webp",
  ])("%s", async (name) => {
    const file = media(name);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 12, max: file.length - 1 }), async (bytes) => {
        expect(await cutOf(file.subarray(0, bytes))).toEqual(expect.any(String));
      }),
    );
  });

  it.each([
    ["fragmented.mp4", 0],
    // Its own index says how many there are, so that only what follows the last is not missed.
    ["fragmented-sidx.mp4", -2],
  ])("a fragmented movie, except between two fragments: %s", async (name, from) => {
    const file = media(name);
    const ends = boxesOf(file).map(
      (_, index, all) => Buffer.concat(all.slice(0, index + 1)).length,
    );
    for (let bytes = 8; bytes < file.length; bytes += 7) {
      // Less than a header after a fragment proves nothing either.
      if (!ends.slice(from).some((end) => bytes >= end && bytes < end + 8))
        expect(await cutOf(file.subarray(0, bytes))).toBeDefined();
    }
  });

  it("an FLV file, except between two tags; a transport stream, except between two packets", async () => {
    const flv = media("video.flv");
    const stream = media("transport-stream.bin");
    expect(await cutOf(flv.subarray(0, 2_000))).toMatch(/its last tag ends at byte/);
    expect(await cutOf(flv.subarray(0, 8))).toBe("it ends within its header");
    expect(await cutOf(flv.subarray(0, 13))).toBe("it has a header and nothing else");
    expect(await cutOf(stream.subarray(0, 188 * 20 + 100))).toBe(
      "its last packet has 100 of 188 bytes",
    );
    expect(await cutOf(stream.subarray(0, 188 * 20))).toBeUndefined();
  });
});

describe("a cut MP4 file is recognized by", () => {
  it.each<[string, Buffer, RegExp]>([
    ["eight bytes of ftyp", box("ftyp"), /^it has no index/],
    ["an index that is missing", without(mp4, "moov"), /^it has no index/],
    [
      "the beginning of a header alone",
      Buffer.concat([without(moovLast, "moov"), box("moov").subarray(0, 5)]),
      /^it has no index/,
    ],
    ["data that are missing", without(mp4, "mdat"), /^its index names data up to byte/],
    ["a last box that is short", mp4.subarray(0, -1), /^its last box \(mdat\) lacks 1 of/],
    [
      "a last box of 64 bits that is short",
      Buffer.concat([
        without(mp4, "mdat"),
        box("mdat", Buffer.alloc(9_000), true).subarray(0, -10),
      ]),
      /lacks 10 of its 9016/,
    ],
    [
      "free space that is short",
      Buffer.concat([mp4, box("free", Buffer.alloc(100)).subarray(0, 50)]),
      /^its last box \(free\)/,
    ],
    [
      "the beginning of a movie in fragments",
      Buffer.concat(boxesOf(media("fragmented.mp4")).slice(0, 2)),
      /only the beginning/,
    ],
    [
      "a segment index that names more",
      Buffer.concat(boxesOf(media("segment.m4s")).slice(0, 2)),
      /^its index names data/,
    ],
    [
      "a fragment without its data",
      Buffer.concat(boxesOf(media("segment.m4s")).slice(0, 3)),
      /^its index names data/,
    ],
  ])("%s", async (_, file, reason) => {
    expect(await cutOf(file)).toMatch(reason);
  });

  it("a last box that extends to the end, and less data than the index names", async () => {
    const boxes = boxesOf(mp4).map((found) => Buffer.from(found));
    const mdat = boxes.at(-1) ?? mp4;
    mdat.writeUInt32BE(0, 0);
    const file = Buffer.concat(boxes);

    expect(await cutOf(file)).toBeUndefined();
    expect(await cutOf(file.subarray(0, -1))).toMatch(/^its index names data/);
  });

  it.each([
    ["WebM", media("video.webm"), 40],
    ["Matroska of unknown length", media("live.mkv"), 40],
  ])("headers alone: %s", async (_, file, bytes) => {
    expect(await cutOf(file.subarray(0, bytes))).toBeDefined();
  });
});

describe("what proves nothing:", () => {
  it.each([
    "moov-first.mp4",
    "moov-last.mp4",
    "fragmented.mp4",
    "quicktime.mov",
    "video.webm",
    "video.mkv",
    "video.avi",
    "video.flv",
  ])("data appended to %s", async (name) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async (garbage) => {
        // A header of a known kind would be a box of the file's own.
        fc.pre(![8, 9, 18].includes((garbage[0] ?? 0) & 0x1f));
        const file = Buffer.concat([media(name), Buffer.from(garbage)]);
        expect(await cutOf(file)).toBeUndefined();
      }),
    );
  });

  it.each([
    [
      "noise behind ftyp",
      Buffer.concat([
        box("ftyp", Buffer.from("isom\0\0\x02\0isommp41", "latin1")),
        Buffer.alloc(60_000, 7),
      ]),
    ],
    ["boxes of unknown types", Buffer.concat([box("ftyp"), box("abcd", Buffer.alloc(50))])],
    ["noise behind the data", Buffer.concat([without(moovLast, "moov"), Buffer.alloc(500, 0xf3)])],
    [
      "an EBML file of something else",
      Buffer.concat([media("video.webm").subarray(0, 36), Buffer.from("0000".repeat(50), "hex")]),
    ],
  ])("%s", async (_, file) => {
    expect(await findingsOf(file)).toEqual({
      facts: {},
      doubts: [expect.stringMatching(/^its structure was not understood/)],
    });
  });

  it("data after the last box is reported", async () => {
    const file = Buffer.concat([mp4, Buffer.from("garbage! garbage!")]);

    expect((await findingsOf(file))?.doubts).toEqual([
      "behind its last box lie 17 bytes that are none",
    ]);
  });

  it("an index whose samples are in another file", async () => {
    const file = Buffer.from(without(mp4, "mdat"));
    for (let at = file.indexOf("url "); at >= 0; at = file.indexOf("url ", at + 4)) {
      file.writeUInt8(0, at + 7);
    }

    expect(await cutOf(file)).toBeUndefined();
  });

  it("an index that is broken, or too large to be read", async () => {
    const broken = Buffer.from(mp4);
    broken.writeUInt32BE(0xffffffff, broken.indexOf("stco") + 8);
    const large = Buffer.concat([box("ftyp"), box("moov", Buffer.alloc(9 * 1024 * 1024))]);

    expect(await findingsOf(broken)).toMatchObject({ doubts: ["its moov box was not understood"] });
    expect(await findingsOf(large)).toEqual({
      facts: {},
      doubts: ["its index is too large to be looked at"],
    });
  });

  it("placeholders that the writer did not replace with sizes", async () => {
    const avi = Buffer.from(media("video.avi"));
    avi.writeUInt32LE(0xffffffff, 4);

    expect(await cutOf(avi.subarray(0, 8_000))).toBeUndefined();
  });
});

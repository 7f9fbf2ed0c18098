import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { beginsLikeMedia, detectContent } from "#archive/content/detect.ts";
import { box, boxesOf, media, typeOf } from "./media.ts";

const mp4 = media("moov-first.mp4");

describe("what a file is, by its bytes:", () => {
  it.each([
    ["moov-last.mp4", "mp4", "video/mp4", "mp4"],
    ["fragmented.mp4", "mp4", "video/mp4", "mp4"],
    ["segment.m4s", "mp4", "video/mp4", "mp4"],
    ["audio.m4a", "mp4", "audio/mp4", "m4a"],
    ["quicktime.mov", "quicktime", "video/quicktime", "mov"],
    ["video.webm", "webm", "video/webm", "webm"],
    ["video.mkv", "matroska", "video/x-matroska", "mkv"],
    ["transport-stream.bin", "mpeg-ts", "video/mp2t", "ts"],
    ["video.avi", "avi", "video/x-msvideo", "avi"],
    ["video.flv", "flv", "video/x-flv", "flv"],
    ["audio.mp3", "mp3", "audio/mpeg", "mp3"],
    ["audio.wav", "wav", "audio/wav", "wav"],
    ["picture.png", "png", "image/png", "png"],
    ["picture.jpg", "jpg", "image/jpeg", "jpg"],
    ["picture.gif", "gif", "image/gif", "gif"],
    ["picture.webp", "webp", "image/webp", "webp"],
    ["picture.avif", "avif", "image/avif", "avif"],
  ])("%s", async (name, container, contentType, extension) => {
    const head = media(name).subarray(0, 4_100);

    expect(await detectContent(head)).toEqual({ container, contentType, extension });
    expect(beginsLikeMedia(head)).toBe(true);
  });

  it.each(["styp", "moof", "sidx", "ssix", "prft", "emsg", "pdin"])(
    "an MP4 file that begins with %s",
    async (type) => {
      expect(await detectContent(box(type, Buffer.alloc(40)))).toMatchObject({ extension: "mp4" });
    },
  );

  it.each(["free", "skip", "wide", "uuid", "meta", "udta"])(
    "an MP4 file with %s before ftyp",
    async (type) => {
      const file = Buffer.concat([box(type, Buffer.alloc(40)), mp4]);

      expect(await detectContent(file.subarray(0, 4_100))).toMatchObject({ extension: "mp4" });
    },
  );

  it.each(["moov", "mdat", "wide", "free", "skip", "pnot", "udta", "meta", "uuid"])(
    "a QuickTime file of the kind without ftyp that begins with %s",
    async (type) => {
      expect(await detectContent(box(type, Buffer.alloc(40)))).toMatchObject({ extension: "mov" });
    },
  );

  it("an MP4 file whose first box has a size of 64 bits, or extends to the end", async () => {
    const [ftyp = mp4, ...rest] = boxesOf(mp4);
    const wide = Buffer.concat([box(typeOf(ftyp), ftyp.subarray(8), true), ...rest]);
    const endless = box("mdat", Buffer.alloc(100));
    endless.writeUInt32BE(0, 0);

    expect(await detectContent(wide)).toMatchObject({ container: "mp4" });
    expect(await detectContent(endless)).toMatchObject({ container: "quicktime" });
  });

  it.each(["abcd", "\xa9nam", "SDLN"])("an MP4 file after a box of the type %s", async (type) => {
    const file = Buffer.concat([box(type, Buffer.alloc(24)), mp4]);

    expect(await detectContent(file.subarray(0, 4_100))).toMatchObject({ container: "mp4" });
    expect(await detectContent(box(type, Buffer.alloc(24)))).toMatchObject({ extension: "bin" });
  });

  it.each([
    ["noise", Buffer.from("00017f03ffeeddccbbaa998877665544", "hex")],
    ["a broken PNG", Buffer.from("89504e470d0a1a0a0000", "hex")],
    ["a size that no box has", Buffer.from("0000000766747970", "hex")],
  ])("not %s, which stays what it is", async (_, head) => {
    expect(await detectContent(head)).toEqual({
      container: "unknown",
      contentType: "application/octet-stream",
      extension: "bin",
    });
  });

  it("a page inside gzip", async () => {
    expect(await detectContent(gzipSync(mp4))).toMatchObject({ extension: "gz" });
    expect(beginsLikeMedia(gzipSync(mp4))).toBe(false);
  });
});

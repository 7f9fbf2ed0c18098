import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertVideoType, ContentCheck } from "#archive/content-check.ts";
import { NotAVideo, SourceInterrupted, VideoTooLarge } from "#archive/errors.ts";

const VIDEO = Buffer.concat([
  Buffer.from([0, 0, 0, 24]),
  Buffer.from("ftypisom"),
  Buffer.alloc(50, 7),
]);

function through(chunks: Buffer[], declaredBytes: number | undefined, maxBytes = 1_000) {
  const check = new ContentCheck({ declaredBytes, maxBytes, idleTimeoutMs: 10_000 });
  return buffer(Readable.from(chunks).pipe(check));
}

describe("the content check", () => {
  it("lets a video through byte by byte the same, however it is cut into chunks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 20 }),
        async (cuts) => {
          const chunks: Buffer[] = [];
          let rest = VIDEO;
          for (const cut of cuts) {
            chunks.push(rest.subarray(0, cut));
            rest = rest.subarray(cut);
          }
          expect(await through([...chunks, rest], VIDEO.length)).toEqual(VIDEO);
        },
      ),
    );
  });

  it.each(["moov", "mdat", "free", "skip", "wide", "pnot"])(
    "knows a file that begins with %s",
    async (box) => {
      const file = Buffer.from(`\0\0\0\x08${box}rest`, "latin1");

      expect(await through([file], file.length)).toEqual(file);
    },
  );

  it.each([
    ["an HTML page", "<!doctype html><html></html>"],
    ["an XML error", "<?xml version='1.0'?><Error/>"],
    ["a few bytes", "abc"],
    ["nothing", ""],
  ])("refuses %s and passes none of it on", async (_, text) => {
    const check = new ContentCheck({
      declaredBytes: text.length,
      maxBytes: 1_000,
      idleTimeoutMs: 10_000,
    });
    const passed: Buffer[] = [];
    check.on("data", (chunk) => passed.push(chunk));

    await expect(
      new Promise((resolve, reject) => {
        check.on("error", reject).on("end", resolve);
        Readable.from([Buffer.from(text)]).pipe(check);
      }),
    ).rejects.toThrow(NotAVideo);
    expect(passed).toEqual([]);
  });

  it("fails before its end when bytes are missing or too many", async () => {
    await expect(through([VIDEO], VIDEO.length + 1)).rejects.toThrow(
      new SourceInterrupted("got 62 of 63 declared bytes"),
    );
    await expect(through([VIDEO], VIDEO.length - 1)).rejects.toThrow(SourceInterrupted);
  });

  it("takes a body without a declared length to its end", async () => {
    expect(await through([VIDEO], undefined)).toEqual(VIDEO);
  });

  it("stops at the cap", async () => {
    await expect(through([VIDEO, VIDEO], 124, 100)).rejects.toThrow(VideoTooLarge);
  });
});

describe("a stall", () => {
  const watched = () =>
    new ContentCheck({ declaredBytes: undefined, maxBytes: 1e9, idleTimeoutMs: 40 });

  it("of the source fails the pipeline", async () => {
    const check = watched();
    check.write(VIDEO);

    await expect(buffer(check)).rejects.toThrow(new SourceInterrupted("no byte for 0.04 s"));
  });

  it("of the reader is not the source's fault", async () => {
    const check = watched();
    const large = Buffer.concat([VIDEO, Buffer.alloc(500_000)]);
    check.end(large);

    // Real time passes here on purpose: the reader is the one who is slow.
    await new Promise((resolve) => setTimeout(resolve, 150));

    expect((await buffer(check)).length).toBe(large.length);
  });
});

describe("the declared type", () => {
  it.each([
    "text/html",
    "text/html; charset=utf-8",
    "application/json",
    "TEXT/XML",
    "application/problem+json",
    "application/xhtml+xml",
  ])("%s is a page", (type) => {
    expect(() => assertVideoType(type)).toThrow(NotAVideo);
  });

  it.each([
    "video/mp4",
    "video/x-m4v",
    "application/octet-stream",
    "binary/octet-stream",
    "text/plain",
    "",
  ])("%s may be a video", (type) => {
    expect(() => assertVideoType(type)).not.toThrow();
  });
});

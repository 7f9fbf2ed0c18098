import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { inspectSubtitles } from "#archive/content/subtitles.ts";
import { NotSubtitles } from "#archive/errors.ts";

const SRT = "1\r\n00:00:01,000 --> 00:00:02,500\r\nGrüße, 你好\r\n\r\n";

describe("subtitles", () => {
  it.each([
    ["UTF-8", Buffer.from(SRT)],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${SRT}`)],
    ["a dot in place of the comma", Buffer.from(SRT.replaceAll(",", "."))],
    ["WebVTT without hours", Buffer.from("WEBVTT\n\n00:01.000 --> 00:02.500\nHi\n")],
    ["line feeds alone", Buffer.from(SRT.replaceAll("\r\n", "\n"))],
    ["a first line in quotes", Buffer.from(`"x"\n${SRT}`)],
  ])("are known by a cue: %s", (_, file) => {
    expect(inspectSubtitles(file)).toMatchObject({
      contentType: "application/x-subrip",
      extension: "srt",
      doubts: [],
    });
  });

  it.each([
    ["Latin-1", Buffer.from(SRT.replace(/, 你好/, ""), "latin1"), "its text is not UTF-8"],
    ["UTF-16", Buffer.from(`\ufeff${SRT}`, "utf16le"), "it is UTF-16, not UTF-8"],
    ["UTF-16 without its mark", Buffer.from(SRT, "utf16le"), "it is UTF-16, not UTF-8"],
    ["big endian", Buffer.from(`\ufeff${SRT}`, "utf16le").swap16(), "it is UTF-16, not UTF-8"],
    ["big endian, no mark", Buffer.from(SRT, "utf16le").swap16(), "it is UTF-16, not UTF-8"],
    ["a zero byte", Buffer.from(`${SRT}\0`), "its text is not UTF-8"],
  ])("are kept in another encoding, with a doubt: %s", (_, file, doubt) => {
    expect(inspectSubtitles(file).doubts).toEqual([doubt]);
  });

  it.each([
    ["nothing", ""],
    ["blanks", " \r\n\t"],
    ["a page", "<!doctype html><html><body>Sign in</body></html>"],
    ["a page that quotes subtitles", `<html><pre>${SRT}</pre></html>`],
    ["XML", '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
    ["JSON", '{"message":"Forbidden"}'],
    ["plain text", "404 page not found"],
    ["a video", "\0\0\0\x18ftypisom\0\0\x02\0isommp41"],
  ])("are not %s", (_, file) => {
    expect(() => inspectSubtitles(Buffer.from(file))).toThrow(NotSubtitles);
  });

  it("are not a page that is packed", () => {
    const page = gzipSync("<html><body>Sign in</body></html>");

    expect(() => inspectSubtitles(page)).toThrow("an HTML page, not subtitles");
  });
});

import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pageIn } from "#archive/content/page.ts";
import { media } from "./media.ts";

const HTML = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>…</body></html>";

describe("certainly no media:", () => {
  it.each<[string, string | Buffer, string]>([
    ["HTML", HTML, "an HTML page"],
    ["HTML in capitals", "<HTML><BODY>no</BODY></HTML>", "an HTML page"],
    ["HTML behind a comment", `<!-- cached -->\n${HTML}`, "an HTML or XML document"],
    ["HTML behind a byte order mark and lines", `\ufeff\r\n\t ${HTML}`, "an HTML page"],
    ["HTML behind zero bytes", `\0\0\0${HTML}`, "an HTML page"],
    ["HTML in UTF-16 with its mark", Buffer.from(`\ufeff${HTML}`, "utf16le"), "an HTML page"],
    ["HTML in UTF-16 without", Buffer.from(HTML.slice(0, 60), "utf16le"), "an HTML page"],
    ["the same, the other way", Buffer.from(HTML.slice(0, 60), "utf16le").swap16(), "an HTML page"],
    ["the same with its mark", Buffer.from(`\ufeff${HTML}`, "utf16le").swap16(), "an HTML page"],
    ["HTML in Latin-1", Buffer.from("<html><body>\xe9\xe8 non</body>", "latin1"), "an HTML page"],
    [
      "XML",
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
      "an HTML or XML document",
    ],
    ["SVG", '<svg xmlns="http://www.w3.org/2000/svg"/>', "an HTML or XML document"],
    ["JSON", ' {"code":1003,"msg":"no"}', "JSON"],
    ["a JSON list", "[1, 2]", "JSON"],
    ["plain text", "404 page not found\n", "plain text"],
    ["plain text in Japanese", "見つかりません", "plain text"],
    ["a playlist", "#EXTM3U\n#EXT-X-VERSION:3\n", "plain text"],
    ["HTML that is packed, and not said to be", gzipSync(HTML), "an HTML page"],
    ["the beginning of such", gzipSync(HTML + "x".repeat(9_999)).subarray(0, 90), "an HTML page"],
    ["white space", " \r\n\0\t", "nothing but white space"],
    [
      "a text that ends within a character",
      Buffer.from("nicht gefunden: ü").subarray(0, -1),
      "plain text",
    ],
  ])("%s", (_, text, what) => {
    expect(pageIn(Buffer.from(text))).toBe(what);
  });
});

describe("may be media:", () => {
  it.each([
    "moov-first.mp4",
    "segment.m4s",
    "quicktime.mov",
    "video.webm",
    "transport-stream.bin",
    "video.avi",
    "video.flv",
    "audio.mp3",
    "audio.wav",
    "picture.png",
    "picture.jpg",
    "picture.gif",
    "picture.webp",
    "picture.avif",
  ])("%s", (name) => {
    expect(pageIn(media(name).subarray(0, 4_100))).toBeUndefined();
  });

  it.each([
    ["a file that is packed", gzipSync(media("moov-first.mp4"))],
    ["the beginning of such", gzipSync(media("moov-first.mp4")).subarray(0, 99)],
    ["two bytes of such", gzipSync("x").subarray(0, 2)],
    ["what is no packed file", Buffer.from("1f8b0000000000", "hex")],
  ])("%s", (_, head) => {
    expect(pageIn(head)).toBeUndefined();
  });

  it("anything with bytes that no text has", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(1, 2, 8, 14, 26, 28, 31, 127), (text, control) => {
        expect(pageIn(Buffer.from(`x${text}${String.fromCharCode(control)}`))).toBeUndefined();
      }),
    );
    expect(pageIn(Buffer.from("no text, \xff\xfe\xfd", "latin1"))).toBeUndefined();
  });
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { mediaTypeOf } from "#domain/text/media-type.ts";

it.each([
  ["video/mp4", "video/mp4"],
  ['Video/MP4; codecs="avc1.42E01E, mp4a.40.2"', "video/mp4"],
  ["video/mp4;charset=utf-8", "video/mp4"],
  ["  video/x-m4v  ", "video/x-m4v"],
  ["video/mp4, video/mp4", "video/mp4"],
  ["application/vnd.apple.mpegurl", "application/vnd.apple.mpegurl"],
])("%j is %s", (header, type) => {
  expect(mediaTypeOf(header)).toBe(type);
});

it.each([
  "",
  "video",
  "video/",
  "/mp4",
  "video/mp4/x",
  "video /mp4",
  "video/mp4\r\nX: y",
  "video/mp4\0",
  "vidéo/mp4",
  ";",
  `video/${"x".repeat(200)}`,
])("%j is none", (header) => {
  expect(mediaTypeOf(header)).toBeUndefined();
});

it("is nothing but a type and a subtype, whatever is sent", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (header) => {
      expect(mediaTypeOf(`video/${header}`) ?? "video/mp4").toMatch(/^video\/[!-~]+$/);
    }),
  );
});

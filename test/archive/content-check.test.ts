import { describe, expect, it } from "vitest";
import { assertLeadingBox } from "#archive/content-check.ts";
import { NotAVideo } from "#archive/errors.ts";

describe("the leading box", () => {
  it.each(["ftyp", "moov", "mdat", "free", "skip", "wide", "pnot"])("may be %s", (box) => {
    expect(() => assertLeadingBox(Buffer.from(`\0\0\0\x08${box}rest`, "latin1"))).not.toThrow();
  });

  it.each([
    ["an HTML page", "<!doctype html><html></html>"],
    ["an XML error", "<?xml version='1.0'?><Error/>"],
    ["a few bytes", "abc"],
    ["a box that is cut off", "\0\0\0\x08fty"],
    ["nothing", ""],
  ])("is not that of %s", (_, text) => {
    expect(() => assertLeadingBox(Buffer.from(text, "latin1"))).toThrow(NotAVideo);
  });
});

import { describe, expect, it } from "vitest";
import { assertLeadingBox, assertVideoType } from "#archive/content-check.ts";
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

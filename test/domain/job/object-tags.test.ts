import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_OBJECT_TAGS, OBJECT_TAG_NAME, objectTagging } from "#domain/job/object-tags.ts";

const NAMES = ["team", "cost center", "_x"];
const tagging = (tags: Record<string, string>, names: readonly string[] = NAMES) =>
  objectTagging(names, { tags });

/** As a store reads the header. */
const read = (header = "") =>
  header === ""
    ? []
    : header.split("&").map((pair) => pair.split("=").map((text) => decodeURIComponent(text)));

describe("the tags of a job's objects", () => {
  it("are the chosen ones of the job's, in the chosen order", () => {
    const tags = { other: "no", "cost center": "47 11", team: "Growth+Co" };

    expect(tagging(tags)).toBe("team=Growth%2BCo&cost%20center=47%2011");
  });

  it.each([[{}], [{ other: "no" }]])("are none where the job has none of them: %j", (tags) => {
    expect(tagging(tags)).toBeUndefined();
  });

  it("are none where none is chosen", () => {
    expect(tagging({ team: "Growth" }, [])).toBeUndefined();
    expect(tagging({}, ["constructor", "toString"])).toBeUndefined();
  });

  it.each([
    ["a&b=c", "a_b=c"],
    ["<script>", "_script_"],
    ["line\nbreak\ttab", "line_break_tab"],
    ["e\u0301te\u0301", "été"],
    ["チーム 7", "チーム 7"],
    ["a_b.c:d/e@f-g+h", "a_b.c:d/e@f-g+h"],
    ["\ud83d", "_"],
    ["👍", "_"],
    ["", ""],
    ["  padded  ", "padded"],
    [`${"x".repeat(255)}\u{20000}`, "x".repeat(255)],
    [`${"x".repeat(255)} y`, "x".repeat(255)],
  ])("have the value %j as %j", (given, value) => {
    expect(read(tagging({ team: given }))).toEqual([["team", value]]);
  });

  it("are tags that S3 takes, whatever the job's are", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary", maxLength: 256 }),
      fc.string({ unit: "grapheme", maxLength: 120 }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...NAMES), value), (tags) => {
        const pairs = read(tagging(tags));

        expect(pairs.map(([name]) => name)).toEqual(NAMES.filter((name) => name in tags));
        for (const [, text = ""] of pairs) {
          expect(text).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u);
          expect(text.length).toBeLessThanOrEqual(256);
          expect(text.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the name of a tag that an object may have", () => {
  it.each(["team", "Cost Center", "_a", "a.b/c=d+e-f@g", "équipe", "x".repeat(127)])(
    "is %s",
    (name) => {
      expect(OBJECT_TAG_NAME.test(name)).toBe(true);
    },
  );

  it.each(["", " a", "__proto__", "a:b", "aws:x", "a,b", "a&b", "a\n", "x".repeat(129)])(
    "is not %j",
    (name) => {
      expect(OBJECT_TAG_NAME.test(name)).toBe(false);
    },
  );

  it("is one of ten at most", () => {
    expect(MAX_OBJECT_TAGS).toBe(10);
  });
});

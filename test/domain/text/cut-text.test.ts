import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutText } from "#domain/text/cut-text.ts";

describe("a text that is cut", () => {
  it("is left as it is when it fits", () => {
    expect(cutText("視頻", 6)).toBe("視頻");
  });

  it.each([
    ["視頻", 5, "視"],
    ["a\u{1F600}b", 4, "a"],
    ["a\u{1F600}b", 5, "a\u{1F600}"],
    ["\uD83D!", 100, "\uFFFD!"],
    ["abc", 0, ""],
  ])("ends between two characters: %j in %i bytes", (text, bytes, cut) => {
    expect(cutText(text, bytes)).toBe(cut);
  });

  it("fits, is well-formed, and is the beginning of the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat({ max: 100 }), (text, bytes) => {
        const cut = cutText(text, bytes);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
        expect(cut.isWellFormed()).toBe(true);
        expect(text.toWellFormed().startsWith(cut)).toBe(true);
      }),
    );
  });
});

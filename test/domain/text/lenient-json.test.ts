import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLenientJson } from "#domain/text/lenient-json.ts";

describe("JSON from outside", () => {
  it.each([
    ["a byte order mark in front", '\uFEFF{"a":1}'],
    ["blanks and line breaks around", '\r\n {"a":1}\t\n'],
    ["NULs behind", '{"a":1}\0\0\0'],
    ["all of them", '\0\uFEFF {"a":1} \uFEFF\0'],
    ["JSON in a JSON text", '"{\\"a\\":1}"'],
    ["JSON with a mark in a JSON text with a mark", '\uFEFF"\\ufeff{\\"a\\":1}"'],
  ])("is read with %s", (_, text) => {
    expect(parseLenientJson(text)).toEqual({ a: 1 });
  });

  it.each(["12345678901234567890", "1.50", "1e3", "-0", "0.1e-99999"])(
    "keeps the number %s as it was sent, since JavaScript would change it",
    (number) => {
      expect(parseLenientJson(`{"n":[${number}]}`)).toEqual({ n: [number] });
    },
  );

  it.each(["", "\uFEFF", "{", "<html>", "{}{}", '{"a":\0}', "[".repeat(200_000)])(
    "is nothing when it is none: %j",
    (text) => {
      expect(parseLenientJson(text)).toBeUndefined();
    },
  );

  it("leaves a text that is no JSON a text", () => {
    expect(parseLenientJson('"just words"')).toBe("just words");
  });

  it("is the same as for JSON.parse, but for numbers that would be changed", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        fc.pre(typeof value !== "string");
        const text = JSON.stringify(value, null, 2);
        expect(JSON.stringify(parseLenientJson(`\uFEFF${text}\0`))).toBe(
          JSON.stringify(JSON.parse(text)),
        );
      }),
    );
  });
});

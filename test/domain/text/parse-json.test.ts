import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "#domain/text/parse-json.ts";

describe("a text from outside", () => {
  it("is read as the JSON that it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(parseJson(text))).toBe(text);
      }),
    );
  });

  it.each(["", "<html>", '{"code":1000,"da', "undefined"])(
    "is nothing when it is none: %j",
    (text) => {
      expect(parseJson(text)).toBeUndefined();
    },
  );
});

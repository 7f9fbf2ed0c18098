import fc from "fast-check";
import { expect, it } from "vitest";
import { answerBytes } from "#domain/text/answer-size.ts";

it("is what the value adds to a function's result, whatever it holds", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const body = JSON.stringify({ text });
      const result = JSON.stringify({ body });

      expect(answerBytes({ text })).toBe(Buffer.byteLength(result) - '{"body":}'.length);
    }),
  );
});

import { expect, it } from "vitest";
import { byteSize, clipped, clockTime, plainText } from "#local/display/format.ts";

it.each([
  [0, "0:00"],
  [499, "0:00"],
  [59_500, "1:00"],
  [75_000, "1:15"],
  [3_599_499, "59:59"],
  [3_661_000, "1:01:01"],
  [90_000_000, "25:00:00"],
])("%d ms are %s", (ms, text) => {
  expect(clockTime(ms)).toBe(text);
});

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [67_108_864, "67.1 MB"],
  [999_949_999, "999.9 MB"],
  [999_950_000, "1.00 GB"],
  [5_368_709_120, "5.37 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(byteSize(bytes)).toBe(text);
});

it("what AKOOL says cannot move the cursor or break the line", () => {
  expect(plainText(" a\r\nb\u001b[2Jc\u009b ")).toBe("a b [2Jc");
});

it("a text that is too long is cut with an ellipsis", () => {
  expect(clipped("abcd", 4)).toBe("abcd");
  expect(clipped("abcde", 4)).toBe("abc…");
  expect(clipped("abcde", 0)).toBe("…");
});

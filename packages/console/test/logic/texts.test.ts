import { describe, expect, it } from "vitest";
import { importTypeOf, pastedIds } from "../../app/logic/import-lines.ts";
import { nameOf, productOf, promptOf } from "../../app/logic/product.ts";
import { safeLink } from "../../app/logic/safe-link.ts";

describe("a link that is followed", () => {
  it.each(["https://b.s3.amazonaws.com/a.mp4?X-Amz-Signature=1", "http://127.0.0.1:9000/b/a.mp4"])(
    "is %s",
    (address) => {
      expect(safeLink(address)).toBe(address);
    },
  );

  it.each([
    "javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "blob:https://a/b",
    "file:///etc/passwd",
    "https://user:password@example.com/",
    "/jobs",
    "//example.com",
    "",
  ])("is not %j", (address) => {
    expect(safeLink(address)).toBeUndefined();
  });
});

describe("ids that are pasted", () => {
  it("are found in lines, lists and JSON, each once", () => {
    const text = `689174694b4dbdd4ab3d28c9, "68d1f0a2c3b4e5f601234567"\n['689174694b4dbdd4ab3d28c9'; abcd_EFG-1]`;

    expect(pastedIds(text)).toEqual({
      ids: ["689174694b4dbdd4ab3d28c9", "68d1f0a2c3b4e5f601234567", "abcd_EFG-1"],
      others: [],
    });
  });

  it("are told apart from what is none", () => {
    expect(pastedIds("short <b>bold</b>")).toEqual({ ids: [], others: ["short", "<b>bold</b>"] });
    expect(pastedIds(" \n")).toEqual({ ids: [], others: [] });
  });
});

it.each([
  ["a.csv", "id\n", "text/csv"],
  ["a.CSV.gz", "", "application/gzip"],
  ["a.jsonl", "", "application/jsonl"],
  ["a.json", "", "application/jsonl"],
  ["list", '{"videoModelId":"x"}', "application/jsonl"],
  ["list", ' ["x"]', "application/jsonl"],
  ["list.txt", "689174694b4dbdd4ab3d28c9", "text/plain"],
])("%s that begins with %j is %s", (name, beginning, type) => {
  expect(importTypeOf(name, beginning)).toBe(type);
});

describe("what a job is called", () => {
  it.each([
    [undefined, undefined],
    [{ type: 8, from: 2 }, "type8+from2"],
    [{ type: 8, from: 1.5 }, "type8"],
    [{ type: 1000, image_url: "a", video_url: "b", prompt: "" }, "image+video"],
    [{ prompt: "a" }, "prompt"],
    [{}, "other"],
  ])("the product of %j is %s", (akool, product) => {
    expect(productOf(akool === undefined ? {} : { akool })).toBe(product);
  });

  it("is AKOOL's file name, where that is a text", () => {
    expect(nameOf({ akool: { file_name: "a.mp4" } })).toBe("a.mp4");
    for (const file_name of [" ", 7, undefined]) {
      expect(nameOf({ akool: { file_name } })).toBeUndefined();
    }
    expect(nameOf({})).toBeUndefined();
  });

  it("is its prompt otherwise", () => {
    expect(promptOf({ akool: { prompt: "a cat" } })).toBe("a cat");
    expect(promptOf({ akool: { prompt: { a: 1 } } })).toBeUndefined();
    expect(promptOf({})).toBeUndefined();
  });
});

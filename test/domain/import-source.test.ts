import { describe, expect, it } from "vitest";
import { isAllowedSource, parseAllowedSources } from "#domain/import-source.ts";

const ALLOWED = parseAllowedSources("own-bucket/imports/,my-lists/videos/2026,whole/");

describe("the places that imports may be read from", () => {
  it.each([
    ["own-bucket", "imports/a.jsonl"],
    ["my-lists", "videos/2026-11.jsonl"],
    ["whole", "anything/at/all"],
  ])("hold s3://%s/%s", (bucket, key) => {
    expect(isAllowedSource(ALLOWED, { bucket, key })).toBe(true);
  });

  it.each([
    ["own-bucket", "runs/a.jsonl"],
    ["own-bucket", "/imports/a.jsonl"],
    ["own-bucket2", "imports/a.jsonl"],
    ["my-lists", "videos/2025.jsonl"],
    ["my-list", "s/videos/2026"],
    ["stranger", "imports/a.jsonl"],
  ])("do not hold s3://%s/%s", (bucket, key) => {
    expect(isAllowedSource(ALLOWED, { bucket, key })).toBe(false);
  });

  it("are none without a setting", () => {
    expect(parseAllowedSources("")).toEqual([]);
  });
});

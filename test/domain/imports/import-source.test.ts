import { describe, expect, it } from "vitest";
import {
  IMPORT_PREFIX,
  importKeys,
  isAllowedSource,
  parseAllowedSources,
} from "#domain/imports/import-source.ts";

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

it("what the archiver keeps of an import lies where nobody lays objects to import", () => {
  const keys = Object.values(importKeys).map((keyOf) => keyOf("import-1"));

  expect(keys).toEqual([
    "runs/import-1/inline.jsonl",
    "runs/import-1/lines.jsonl",
    "runs/import-1/report",
  ]);
  expect(keys.some((key) => key.startsWith(IMPORT_PREFIX))).toBe(false);
});

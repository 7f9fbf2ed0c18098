import { describe, expect, it } from "vitest";
import {
  ARCHIVING_CLASSES,
  isArchiving,
  mayFollow,
  READABLE_CLASSES,
} from "#domain/settings/storage-classes.ts";

describe("storage classes", () => {
  it("can be read at once, or have to be restored first", () => {
    expect(READABLE_CLASSES.filter(isArchiving)).toEqual([]);
    expect(ARCHIVING_CLASSES.filter(isArchiving)).toEqual(["GLACIER", "DEEP_ARCHIVE"]);
    // S3 says nothing of the class of an object in STANDARD.
    expect(isArchiving(undefined)).toBe(false);
  });

  it.each([
    ["STANDARD", "DEEP_ARCHIVE"],
    ["STANDARD", "STANDARD_IA"],
    ["STANDARD_IA", "INTELLIGENT_TIERING"],
    ["INTELLIGENT_TIERING", "ONEZONE_IA"],
    ["ONEZONE_IA", "GLACIER"],
    ["GLACIER_IR", "GLACIER"],
    ["GLACIER", "DEEP_ARCHIVE"],
  ] as const)("%s may be followed by %s", (from, to) => {
    expect(mayFollow(from, to)).toBe(true);
    expect(mayFollow(to, from)).toBe(false);
  });

  it.each([
    ["STANDARD", "STANDARD"],
    ["STANDARD_IA", "STANDARD"],
    ["GLACIER", "GLACIER"],
    ["ONEZONE_IA", "GLACIER_IR"],
    ["GLACIER_IR", "ONEZONE_IA"],
  ] as const)("%s may not be followed by %s", (from, to) => {
    expect(mayFollow(from, to)).toBe(false);
  });
});

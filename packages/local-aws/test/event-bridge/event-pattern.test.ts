import { describe, expect, it } from "vitest";
import { compilePattern, UnsupportedPattern } from "../../src/event-bridge/event-pattern.ts";
import { envelope } from "./fixtures.ts";

const matches = (pattern: unknown, detail: Record<string, unknown>) =>
  compilePattern({ detail: pattern })(envelope({ detail }));

describe("an event pattern", () => {
  it("wants every field that it names, and one of the values of each", () => {
    const wants = compilePattern({
      source: ["aws.states"],
      "detail-type": ["A", "B"],
      detail: { status: ["FAILED"], job: { id: ["1"] } },
    });
    const event = envelope({
      source: "aws.states",
      "detail-type": "B",
      detail: { status: "FAILED", job: { id: "1" }, more: true },
    });

    expect(wants(event)).toBe(true);
    expect(wants({ ...event, source: "aws.s3" })).toBe(false);
    expect(wants({ ...event, "detail-type": "C" })).toBe(false);
    expect(wants({ ...event, detail: { status: "FAILED", job: {} } })).toBe(false);
    expect(wants({ ...event, detail: { status: "FAILED", job: "1" } })).toBe(false);
  });

  it.each([
    [["1"], { a: 1 }, false],
    [[1], { a: 1 }, true],
    [[true], { a: true }, true],
    [[null], { a: null }, true],
    [[null], {}, false],
    [[{ prefix: "vid" }], { a: "video" }, true],
    [[{ prefix: "vid" }], { a: "a vid" }, false],
    [[{ prefix: "1" }], { a: 1 }, false],
    [[{ exists: true }], { a: null }, true],
    [[{ exists: true }], {}, false],
    [[{ exists: true }], { a: { b: 1 } }, false],
    [[{ exists: false }], {}, true],
    [[{ exists: false }], { a: 1 }, false],
    [[{ "anything-but": "x" }], { a: "y" }, true],
    [[{ "anything-but": "x" }], { a: "x" }, false],
    [[{ "anything-but": ["x", 1] }], { a: 1 }, false],
    [[{ "anything-but": "x" }], {}, false],
    [["x", { prefix: "y" }], { a: "yes" }, true],
    [["x"], { a: ["w", "x"] }, true],
    [["x"], { a: ["w"] }, false],
  ])("%j on %j is %s", (values, detail, expected) => {
    expect(matches({ a: values }, detail)).toBe(expected);
  });

  it("matches each object of a list", () => {
    expect(matches({ jobs: { id: ["2"] } }, { jobs: [{ id: "1" }, { id: "2" }] })).toBe(true);
    expect(matches({ jobs: { id: ["3"] } }, { jobs: [{ id: "1" }, { id: "2" }] })).toBe(false);
  });

  it("finds no field that an event merely inherits", () => {
    expect(matches({ constructor: [{ exists: true }] }, {})).toBe(false);
  });
});

describe("a pattern that cannot be matched here", () => {
  it.each([
    [{ source: [{ suffix: "x" }] }, "source"],
    [{ detail: { a: [{ numeric: [">", 1] }] } }, "detail.a"],
    [{ detail: { a: [{ "anything-but": { prefix: "x" } }] } }, "detail.a"],
    [{ detail: { a: [{ prefix: { "equals-ignore-case": "x" } }] } }, "detail.a"],
    [{ detail: { a: [{ prefix: "x", suffix: "y" }] } }, "detail.a"],
    [{ $or: [{ source: ["a"] }] }, "$or"],
    [{ source: "x" }, "source"],
    [{ source: [] }, "source"],
    [{ detail: {} }, "detail"],
    [{}, "the pattern"],
    [undefined, "the pattern"],
  ])("is refused when it is read: %j", (pattern, named) => {
    expect(() => compilePattern(pattern)).toThrow(UnsupportedPattern);
    expect(() => compilePattern(pattern)).toThrow(named);
  });
});

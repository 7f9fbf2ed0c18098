import { describe, expect, it } from "vitest";
import { ago, bytes, count, duration, roughly, until } from "../../app/logic/format.ts";
import { NOW } from "./jobs.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("a length of time", () => {
  it.each([
    [-5, "0 s"],
    [999, "0 s"],
    [59_999, "59 s"],
    [MINUTE, "1 min"],
    [3 * MINUTE + 20 * SECOND, "3 min 20 s"],
    [HOUR, "1 h"],
    [2 * HOUR + 5 * MINUTE, "2 h 5 min"],
    [DAY - 1, "23 h 59 min"],
    [6 * DAY + 3 * HOUR, "6 d 3 h"],
    [40 * DAY, "40 d"],
  ])("%d ms is %s", (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it("is told roughly by its largest unit", () => {
    expect(roughly(3 * MINUTE + 20 * SECOND)).toBe("3 min");
  });
});

describe("an instant", () => {
  const at = (ms: number) => new Date(NOW + ms).toISOString();

  it("is told by how long ago it was", () => {
    expect(ago(at(-3 * MINUTE), NOW)).toBe("3 min ago");
    expect(ago(at(-4_999), NOW)).toBe("just now");
    expect(ago(at(2_000), NOW)).toBe("just now");
  });

  it("is told by how long it is until then", () => {
    expect(until(at(5 * HOUR + MINUTE), NOW)).toBe("in 5 h 1 min");
    expect(until(at(-5 * HOUR), NOW)).toBe("5 h ago");
  });
});

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [20_500_000, "20.5 MB"],
  [250_000_000, "250 MB"],
  [5e13, "50.0 TB"],
  [5e16, "50000 TB"],
])("%d bytes are %s", (size, text) => {
  expect(bytes(size)).toBe(text);
});

it("one is one, and others are many", () => {
  expect([count(1, "job"), count(0, "job"), count(2, "entry", "entries")]).toEqual([
    "1 job",
    "0 jobs",
    "2 entries",
  ]);
});

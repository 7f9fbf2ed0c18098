import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareFile, comparisonDoubts } from "#domain/job/comparison.ts";

const HD = { width: 1280, height: 720, durationSeconds: 10.5 };

/** What is found, told and asked of the one property that is compared. */
function only(...arguments_: Parameters<typeof compareFile>) {
  const comparison = compareFile(...arguments_);
  expect(comparison).toHaveLength(1);
  return comparison[0];
}

describe("a file beside what AKOOL says and what was asked for", () => {
  it("agrees where it is as long, and as large, as both say", () => {
    const told = { video_duration: 10.5, resolution: "720p" };
    const comparison = compareFile(HD, told, { durationSeconds: 10, resolution: "720p" });

    expect(comparison).toEqual([
      { property: "durationSeconds", found: 10.5, told: 10.5, asked: 10, agrees: true },
      { property: "resolution", found: 720, told: 720, asked: 720, agrees: true },
    ]);
    expect(comparisonDoubts(comparison)).toEqual([]);
  });

  it("is compared with what AKOOL says alone where nobody asked for anything", () => {
    expect(only(HD, { video_duration: 10.5 }, undefined)).toEqual({
      property: "durationSeconds",
      found: 10.5,
      told: 10.5,
      agrees: true,
    });
  });

  it("is compared with what was asked for alone where AKOOL says nothing", () => {
    expect(only(HD, undefined, { resolution: "1080p" })).toEqual({
      property: "resolution",
      found: 720,
      asked: 1080,
      agrees: false,
    });
  });

  it.each<[string, Parameters<typeof compareFile>]>([
    ["the file tells nothing", [{}, { video_duration: 10, resolution: "720p" }, {}]],
    ["it tells its width alone", [{ width: 1280 }, { resolution: "720p" }, {}]],
    ["AKOOL and the request say nothing", [HD, {}, {}]],
    ["neither has anything", [HD, undefined, undefined]],
    ["AKOOL's fields are none", [HD, { video_duration: "10", resolution: 720 }, undefined]],
    ["they are zero", [HD, { video_duration: 0, resolution: "00p" }, undefined]],
    ["no number", [HD, { video_duration: Number.NaN, resolution: "high" }, undefined]],
  ])("is not compared where %s", (_, [facts, akool, creation]) => {
    expect(compareFile(facts, akool, creation)).toEqual([]);
  });
});

describe("a duration", () => {
  it.each([
    [10, 10.5],
    [10.5, 10],
    [7, 10],
    [2, 5],
    [120, 100],
  ])("of %d s agrees with %d s, which AKOOL may have rounded", (durationSeconds, expected) => {
    expect(only({ durationSeconds }, { video_duration: expected }, undefined)?.agrees).toBe(true);
    expect(only({ durationSeconds }, {}, { durationSeconds: expected })?.agrees).toBe(true);
  });

  it.each([
    [2, 10.5],
    [6.9, 10],
    [126, 100],
  ])("of %d s is a doubt beside %d s", (durationSeconds, video_duration) => {
    const comparison = compareFile({ durationSeconds }, { video_duration }, undefined);

    expect(comparisonDoubts(comparison)).toEqual([
      `it lasts ${durationSeconds} s, and AKOOL says ${video_duration} s`,
    ]);
  });

  it("tells of both that it differs from, and of no other", () => {
    const shorter = compareFile({ durationSeconds: 4 }, { video_duration: 10.5 }, HD);
    const toldTruly = compareFile({ durationSeconds: 4 }, { video_duration: 4 }, HD);

    expect(comparisonDoubts(shorter)).toEqual([
      "it lasts 4 s, and AKOOL says 10.5 s, and 10.5 s was asked for",
    ]);
    expect(comparisonDoubts(toldTruly)).toEqual(["it lasts 4 s, and 10.5 s was asked for"]);
  });
});

describe("a resolution", () => {
  const RESOLUTIONS = [480, 720, 1080];
  const told = (width: number, height: number, resolution: string) =>
    compareFile({ width, height }, { resolution }, undefined)[0];

  it.each([
    [1280, 720, "720p"],
    [720, 1280, "720p"],
    // What a codec or a model takes near to it.
    [1280, 704, "720P"],
    [832, 480, "480 p"],
    [1920, 1088, "1080p"],
    // Not every picture is 16:9.
    [832, 832, "720p"],
    [1280, 720, " 1280x720 "],
    [720, 1280, "1280 × 720"],
  ])("of %d × %d agrees with %s", (width, height, resolution) => {
    expect(told(width, height, resolution)?.agrees).toBe(true);
  });

  it("of another size is a doubt", () => {
    const comparison = compareFile(HD, { resolution: "1080p" }, { resolution: "480p" });

    expect(comparisonDoubts(comparison)).toEqual([
      "its shorter side has 720 pixels, and AKOOL says 1080p, and 480p was asked for",
    ]);
  });

  it("agrees with one of AKOOL's three at most, where their ranges do not touch", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 4_320 }), fc.nat(4_320), (shorter, more) => {
        const agreeing = RESOLUTIONS.filter(
          (lines) => told(shorter + more, shorter, `${lines}p`)?.agrees,
        );
        expect(agreeing.length).toBeLessThanOrEqual(shorter === 576 || shorter === 864 ? 2 : 1);
        if (RESOLUTIONS.includes(shorter)) expect(agreeing).toEqual([shorter]);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelOf, progressAt } from "#domain/polling/duration-model.ts";
import { histogramOf, logNormalSample } from "#test/support/durations.ts";

const sample = logNormalSample(200, 300, 0.3);
const model = modelOf(histogramOf(sample));

describe("the model of durations", () => {
  it("has done none at the start, half at the median, and all in the end", () => {
    expect(progressAt(model, 0).done).toBe(0);
    expect(progressAt(model, 300).done).toBeCloseTo(0.5, 1);
    expect(progressAt(model, 10_000_000).done).toBeCloseTo(1, 9);
  });

  it("follows the sample to within a few hundredths at any age", () => {
    for (const age of [120, 180, 240, 300, 360, 480, 600]) {
      const actual = sample.filter((seconds) => seconds <= age).length / sample.length;
      expect(Math.abs(progressAt(model, age).done - actual), `at ${age} s`).toBeLessThan(0.05);
    }
  });

  it("never falls, and integrates what it tells", () => {
    const age = fc.double({ min: 0, max: 700_000, noNaN: true });
    fc.assert(
      fc.property(age, age, (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const [start, end] = [progressAt(model, from), progressAt(model, to)];
        expect(end.done).toBeGreaterThanOrEqual(start.done - 1e-12);
        const area = end.doneFor - start.doneFor;
        expect(area).toBeGreaterThanOrEqual(start.done * (to - from) - 1e-6);
        expect(area).toBeLessThanOrEqual(end.done * (to - from) + 1e-6);
      }),
    );
  });

  it("tells by its integral how long an average job has been done", () => {
    const mean = sample.reduce((sum, seconds) => sum + seconds, 0) / sample.length;
    const doneFor = progressAt(model, 2_000).doneFor;

    expect(doneFor).toBeGreaterThan(0.97 * (2_000 - mean));
    expect(doneFor).toBeLessThan(1.03 * (2_000 - mean));
  });

  it("spreads a job over its bin and three to either side, and no further", () => {
    const one = modelOf({ weights: { 57: 1_000 }, updatedAt: 0 });
    const shareOf = (bin: number) =>
      progressAt(one, Math.exp((bin + 1) / 10)).done - progressAt(one, Math.exp(bin / 10)).done;

    expect([54, 57, 60].map((bin) => shareOf(bin))).toEqual(
      [1, 20, 1].map((part) => expect.closeTo(part / 64, 3)),
    );
    expect(shareOf(53) + shareOf(61)).toBeLessThan(0.001);
  });

  it("holds no age to be impossible", () => {
    expect(progressAt(model, 20).done).toBeGreaterThan(0);
    expect(progressAt(model, 100_000).done).toBeLessThan(1);
  });

  it("is trusted up to about the longest job that was seen, and no further", () => {
    const longest = Math.max(...sample);

    expect(model.trustedUntil).toBeGreaterThan(0.8 * longest);
    expect(model.trustedUntil).toBeLessThan(1.5 * longest);
  });

  it("is trusted no further for one outlier in ten thousand", () => {
    const weights = { ...histogramOf(sample).weights, 110: 0.4 };
    const withOutlier = modelOf({ weights, updatedAt: 0 });

    expect(withOutlier.trustedUntil).toBeLessThan(1.5 * Math.max(...sample));
  });
});

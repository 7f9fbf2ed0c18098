import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BIN_COUNT,
  countDuration,
  countingShare,
  type DurationHistogram,
  evidence,
  LONGEST_SECONDS,
  MEMORY_JOBS,
  MEMORY_SECONDS,
  SHORTEST_SECONDS,
} from "#domain/polling/duration-histogram.ts";
import { START } from "#test/support/jobs.ts";

/** `count` jobs of one duration, evenly spread over some time. */
function counted(
  count: number,
  seconds: number,
  { before, overSeconds = 0 }: { before?: DurationHistogram; overSeconds?: number } = {},
): DurationHistogram {
  const begin = before?.updatedAt ?? START;
  let histogram = before;
  for (let job = 1; job <= count; job++) {
    histogram = countDuration(histogram, seconds, begin + (job / count) * overSeconds * 1000);
  }
  return histogram ?? { weights: {}, updatedAt: START };
}

const binOf = (seconds: number) => Object.keys(counted(1, seconds).weights)[0];

describe("a histogram of durations", () => {
  it("counts a job in the bin of its log-duration", () => {
    expect(counted(1, 110)).toEqual({ weights: { 47: 1 }, updatedAt: START });
    expect(Math.exp(4.7)).toBeLessThan(110);
    expect(Math.exp(4.8)).toBeGreaterThan(110);
  });

  it("has a bin for the shortest duration and for the longest", () => {
    expect(binOf(SHORTEST_SECONDS)).toBe("0");
    expect(binOf(LONGEST_SECONDS)).toBe(String(BIN_COUNT - 1));
  });

  it("has no further bins, whatever it is given", () => {
    expect(binOf(SHORTEST_SECONDS / 2)).toBe("0");
    expect(binOf(LONGEST_SECONDS * 10)).toBe(String(BIN_COUNT - 1));
  });

  it("rests on as many jobs as were counted, while all are recent", () => {
    expect(evidence(counted(200, 300))).toBe(200);
  });

  it("lets a bin fade by 1/e over 300 further jobs that take longer than a day", () => {
    const old = counted(400, 100);
    const later = counted(MEMORY_JOBS, 300, { before: old, overSeconds: 10 * MEMORY_SECONDS });

    expect(later.weights[46]).toBeCloseTo(400 / Math.E, 0);
  });

  it("lets a bin fade by 1/e over a day, however many jobs come in it", () => {
    const old = counted(400, 100);
    const later = counted(5_000, 300, { before: old, overSeconds: MEMORY_SECONDS });

    expect(later.weights[46]).toBeGreaterThan(0.9 * (400 / Math.E));
    expect(later.weights[46]).toBeLessThan(1.1 * (400 / Math.E));
  });

  it("keeps what it knows through a quiet month", () => {
    const old = counted(400, 100);
    const next = countDuration(old, 100, old.updatedAt + 30 * MEMORY_SECONDS * 1000);

    expect(evidence(next)).toBeGreaterThan(399);
  });

  it("does not gain weight when a clock goes backwards", () => {
    const old = counted(100, 300);
    const next = countDuration(old, 300, old.updatedAt - 3_600_000);

    expect(evidence(next)).toBe(101);
  });

  it("forgets a bin entirely in the end", () => {
    const outlier = counted(1, 50_000);
    const later = counted(7 * MEMORY_JOBS, 300, {
      before: outlier,
      overSeconds: 100 * MEMORY_SECONDS,
    });

    expect(Object.keys(later.weights)).toEqual([binOf(300)]);
  });

  it("fades however quickly one job follows the other", () => {
    const old = counted(100, 100);
    const later = counted(2_000, 300, { before: old, overSeconds: 20 });

    expect(later.weights[46]).toBeLessThan(100 - 0.9 * 100 * (20 / MEMORY_SECONDS));
  });

  it("is never more than the 134 bins, with nothing in them that has faded", () => {
    const anyDurations = fc.array(
      fc.double({ min: SHORTEST_SECONDS, max: LONGEST_SECONDS, noNaN: true }),
      { minLength: 1, maxLength: 300 },
    );
    fc.assert(
      fc.property(anyDurations, (durations) => {
        let histogram: DurationHistogram | undefined;
        durations.forEach((seconds, index) => {
          histogram = countDuration(histogram, seconds, START + index * 7_777);
        });
        const bins = Object.entries(histogram?.weights ?? {});
        expect(bins.length).toBeLessThanOrEqual(BIN_COUNT);
        expect(BIN_COUNT).toBe(134);
        for (const [, weight] of bins) expect(weight).toBeGreaterThanOrEqual(0.001);
      }),
    );
  });
});

describe("the share of jobs that are counted", () => {
  it("is all of them, until thousands are known", () => {
    expect(countingShare(undefined)).toBe(1);
    expect(countingShare({ weights: { 57: 4_999 }, updatedAt: START })).toBe(1);
    expect(countingShare({ weights: { 57: 20_000 }, updatedAt: START })).toBe(0.25);
  });

  it("keeps the writes of a bucket to a few a second at a thousand jobs a second", () => {
    const jobsPerSecond = 1_000;
    let known = 0;
    for (let second = 0; second < 5 * MEMORY_SECONDS; second++) {
      const share = countingShare({ weights: { 57: known + 1 }, updatedAt: START });
      known = known * Math.exp(-1 / MEMORY_SECONDS) + jobsPerSecond * share;
    }

    const share = countingShare({ weights: { 57: known }, updatedAt: START });
    expect(jobsPerSecond * share).toBeGreaterThan(5);
    expect(jobsPerSecond * share).toBeLessThan(10);
  });
});

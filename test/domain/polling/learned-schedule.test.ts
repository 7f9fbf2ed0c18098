import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { learnedSchedule, type SchedulePolicy } from "#domain/polling/learned-schedule.ts";
import { pollInterval } from "#domain/polling/poll-interval.ts";
import { fare, histogramOf, logNormalSample } from "#test/support/durations.ts";

const policy = { minSeconds: 5, maxSeconds: 300 };

function scheduleOf(durations: readonly number[], using: SchedulePolicy) {
  const schedule = learnedSchedule(histogramOf(durations), using);
  if (schedule === undefined) throw new Error("nothing was learned");
  const waitAt = (age: number, spread = 1) =>
    schedule.waitAt(age, spread) ?? pollInterval(age, using);
  return { schedule, waitAt };
}

describe("schedule v2", () => {
  it("is none while less than thirty jobs have been seen", () => {
    expect(learnedSchedule(histogramOf(logNormalSample(29, 300, 0.2)), policy)).toBeUndefined();
    expect(learnedSchedule(histogramOf(logNormalSample(30, 300, 0.2)), policy)).toBeDefined();
  });

  it.each([
    [0.2, 0.5],
    [0.4, 0.7],
  ])("at sigma %d and the delay of a fixed 30 s takes at most %d of its polls", (sigma, share) => {
    const jobs = logNormalSample(5_000, 300, sigma);
    const fixed = fare(jobs, () => 30);
    const { waitAt } = scheduleOf(logNormalSample(200, 300, sigma), {
      ...policy,
      acceptableDelaySeconds: 15,
    });

    const learned = fare(jobs, waitAt);

    expect(fixed.delaySeconds).toBeCloseTo(15, 0);
    expect(learned.delaySeconds).toBeLessThanOrEqual(fixed.delaySeconds);
    expect(learned.polls).toBeLessThanOrEqual(share * fixed.polls);
  });

  it.each([8, 15, 30, 60])("notices %d s late on average if that is acceptable", (delay) => {
    const { waitAt } = scheduleOf(logNormalSample(200, 600, 0.3), {
      ...policy,
      acceptableDelaySeconds: delay,
    });

    const { delaySeconds } = fare(logNormalSample(5_000, 600, 0.3), waitAt);

    expect(delaySeconds).toBeGreaterThan(0.85 * delay);
    expect(delaySeconds).toBeLessThan(1.1 * delay);
  });

  it.each([
    [110, 0.2],
    [600, 0.3],
    [3_600, 0.4],
  ])(
    "unless told is as prompt as v1 at a median of %d s, with far fewer polls",
    (median, sigma) => {
      const jobs = logNormalSample(5_000, median, sigma);
      const { waitAt } = scheduleOf(logNormalSample(200, median, sigma), policy);

      const [v1, v2] = [fare(jobs, (age) => pollInterval(age, policy)), fare(jobs, waitAt)];

      expect(v2.delaySeconds).toBeLessThan(1.1 * v1.delaySeconds);
      expect(v2.polls).toBeLessThan(0.5 * v1.polls);
    },
  );

  it("first polls when a few jobs are done, then often, and rarely in a gap between two products", () => {
    const { waitAt } = scheduleOf(
      [...logNormalSample(100, 90, 0.2), ...logNormalSample(100, 900, 0.2)],
      { ...policy, acceptableDelaySeconds: 10 },
    );

    expect(waitAt(0)).toBeGreaterThan(50);
    expect(waitAt(0)).toBeLessThan(90);
    expect(waitAt(90)).toBeLessThan(25);
    expect(waitAt(200)).toBeGreaterThan(100);
    expect(waitAt(900)).toBeLessThan(60);
  });

  it("says nothing beyond the longest job that was seen", () => {
    const { schedule } = scheduleOf(logNormalSample(200, 300, 0.2), policy);

    expect(schedule.waitAt(500, 1)).toBeDefined();
    expect(schedule.waitAt(1_000, 1)).toBeUndefined();
  });

  it("spreads the polls of jobs that were started together, and more than by a second", () => {
    const { waitAt } = scheduleOf(logNormalSample(200, 300, 0.2), policy);

    expect(waitAt(0, 1.2) - waitAt(0, 0.8)).toBeGreaterThan(10);
    expect(waitAt(280, 1.2)).toBeGreaterThan(waitAt(280, 0.8));
  });

  it("keeps to the bounds, also where these forbid the acceptable delay", () => {
    const anyPolicy = fc.record({
      minSeconds: fc.integer({ min: 1, max: 60 }),
      span: fc.integer({ min: 0, max: 600 }),
      acceptableDelaySeconds: fc.option(fc.integer({ min: 1, max: 1_800 }), { nil: undefined }),
      median: fc.double({ min: 2, max: 20_000, noNaN: true }),
      sigma: fc.double({ min: 0.01, max: 1.5, noNaN: true }),
      ages: fc.array(fc.double({ min: 0, max: 100_000, noNaN: true }), { minLength: 5 }),
      spread: fc.double({ min: 0.8, max: 1.2, noNaN: true }),
    });
    fc.assert(
      fc.property(anyPolicy, ({ minSeconds, span, median, sigma, ages, spread, ...rest }) => {
        const bounds = { minSeconds, maxSeconds: minSeconds + span, ...rest };
        const durations = logNormalSample(40, median, sigma).map((it) => Math.max(1, it));
        const { schedule } = scheduleOf(durations, bounds);
        for (const age of ages) {
          const seconds = schedule.waitAt(age, spread) ?? minSeconds;
          expect(Number.isInteger(seconds)).toBe(true);
          expect(seconds).toBeGreaterThanOrEqual(minSeconds);
          expect(seconds).toBeLessThanOrEqual(bounds.maxSeconds);
        }
      }),
      { numRuns: 50 },
    );
  });
});

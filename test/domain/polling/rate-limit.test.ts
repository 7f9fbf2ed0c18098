import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FULL_RATE, rateAt, SLOWEST, slowedDown, stretched } from "#domain/polling/rate-limit.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");

describe("the shared rate limit", () => {
  it("is the usual one while AKOOL has never asked to slow down", () => {
    expect(rateAt(FULL_RATE, NOW)).toBe(1);
  });

  it("halves when AKOOL asks to slow down", () => {
    expect(slowedDown(FULL_RATE, NOW)).toEqual({ rate: 0.5, at: NOW });
  });

  it("halves once for all polls that are throttled before the change can be felt", () => {
    const slowed = slowedDown(FULL_RATE, NOW);

    expect(slowedDown(slowed, NOW + 4_999)).toBe(slowed);
    expect(slowedDown(slowed, NOW + 5_000).rate).toBeCloseTo(0.2542, 4);
  });

  it("grows back by the same amount each second, to the usual one in ten minutes at most", () => {
    const slowed = { rate: 0.5, at: NOW };

    expect(rateAt(slowed, NOW + 60_000)).toBeCloseTo(0.6);
    expect(rateAt(slowed, NOW + 300_000)).toBe(1);
    expect(rateAt({ rate: SLOWEST, at: NOW }, NOW + 600_000)).toBe(1);
  });

  it("is never slower than a thirty-second of the usual one, nor faster than that", () => {
    const delays = fc.array(fc.integer({ min: -60_000, max: 900_000 }), { maxLength: 50 });
    fc.assert(
      fc.property(delays, (millis) => {
        let now = NOW;
        let rateLimit = FULL_RATE;
        for (const delay of millis) {
          now += delay;
          rateLimit = slowedDown(rateLimit, now);

          expect(rateAt(rateLimit, now)).toBeGreaterThanOrEqual(SLOWEST);
          expect(rateAt(rateLimit, now)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe("a wait under the shared rate limit", () => {
  const wait = { waitSeconds: 10, rate: 0.25, maxSeconds: 300, secondsToDeadline: 1_000 };

  it.each([
    ["longer by as much as the rate limit is slower", {}, 40],
    ["as it was at the usual rate", { rate: 1 }, 10],
    ["no longer than the longest", { rate: SLOWEST, waitSeconds: 30 }, 300],
    ["as it was when that is longer already", { waitSeconds: 6_000 }, 6_000],
    ["never past the deadline, where the last poll is due", { secondsToDeadline: 20.5 }, 20],
    ["stretched at the deadline as well", { secondsToDeadline: 0 }, 40],
    ["and behind it", { secondsToDeadline: -5 }, 40],
  ])("is %s", (_what, change, seconds) => {
    expect(stretched({ ...wait, ...change })).toBe(seconds);
  });
});

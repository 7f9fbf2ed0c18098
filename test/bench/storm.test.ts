import { describe, expect, it } from "vitest";
import { seeded } from "../../bench/storm/seeded.ts";
import { simulateStorm } from "../../bench/storm/simulate.ts";

const STORM = { jobs: 10_000, akoolPerSecond: 100, ceiling: Number.POSITIVE_INFINITY };
const storm = (change: object) =>
  simulateStorm({ ...STORM, sharedRateLimit: false, random: seeded(20_261_124), ...change });

describe("ten thousand jobs that start in one instant", () => {
  it("are polled no faster than the ceiling lets them", async () => {
    const { peakPerSecond, noticed } = await storm({ ceiling: 50, sharedRateLimit: true });

    // Fifty copies at 0.4 s each, and the seconds' edges.
    expect(peakPerSecond).toBeLessThanOrEqual(150);
    expect(noticed).toBe(10_000);
  });

  it("wait at the cost of three transitions each on average", async () => {
    const { invocationsPutOff } = await storm({ ceiling: 50, sharedRateLimit: true });

    expect(invocationsPutOff).toBeLessThan(3 * 10_000);
  });

  it("bring fewer throttled polls when one that is throttled slows all of them down", async () => {
    const alone = await storm({});
    const together = await storm({ sharedRateLimit: true });

    expect(together.throttled).toBeLessThan(0.6 * alone.throttled);
    expect(together.noticed).toBe(10_000);
  });

  it("are hardly throttled under both", async () => {
    const { polls, throttled } = await storm({ ceiling: 50, sharedRateLimit: true });

    expect(throttled / polls).toBeLessThan(0.1);
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import type { RateLimitStore } from "#aws/rate-limit-store.ts";
import { FULL_RATE, type RateLimit } from "#domain/polling/rate-limit.ts";
import { OBSERVATIONS, START } from "#test/support/jobs.ts";
import { createSharedRateLimit } from "#use-cases/tracking/shared-rate-limit.ts";

const { throttled, processing, unavailable } = OBSERVATIONS;

let rateLimit: RateLimit;
let reads: number;
let rateLimits: RateLimitStore;
let clock: { now: number };
let measured: string[];
let warned: string[];
beforeEach(() => {
  rateLimit = FULL_RATE;
  reads = 0;
  clock = { now: START };
  measured = [];
  warned = [];
  rateLimits = {
    async read() {
      reads += 1;
      return rateLimit;
    },
    async replace(read, next) {
      if (read.at !== rateLimit.at) return false;
      rateLimit = next;
      return true;
    },
  };
});

const copyOfFunction = () =>
  createSharedRateLimit({
    rateLimits: {
      read: () => rateLimits.read(),
      replace: (read, next) => rateLimits.replace(read, next),
    },
    now: () => clock.now,
    meter: { add: (metric) => void measured.push(metric) },
    log: { warn: (message) => void warned.push(message) },
  });

describe("the shared rate limit", () => {
  it("slows the polls of every copy of the function down when one is throttled", async () => {
    const [one, other] = [copyOfFunction(), copyOfFunction()];

    expect(await one.after(throttled)).toBe(0.5);
    expect(await other.after(processing)).toBe(0.5);
    expect(measured).toEqual(["AkoolSlowedDown"]);
  });

  it("is changed once by copies that are throttled at the same time", async () => {
    const copies = Array.from({ length: 20 }, copyOfFunction);

    const rates = await Promise.all(copies.map((copy) => copy.after(throttled)));

    expect(new Set(rates)).toEqual(new Set([0.5]));
    expect(rateLimit).toEqual({ rate: 0.5, at: START });
    expect(measured).toEqual(["AkoolSlowedDown"]);
  });

  it("is left alone by other trouble, which says nothing of the rate", async () => {
    expect(await copyOfFunction().after(unavailable)).toBe(1);
    expect(rateLimit).toBe(FULL_RATE);
  });

  it("is read once in five seconds, however many polls there are", async () => {
    const copy = copyOfFunction();
    for (let polls = 0; polls < 50; polls++) await copy.after(processing);
    expect(reads).toBe(1);

    clock.now += 5_000;
    await copy.after(processing);

    expect(reads).toBe(2);
  });

  it("fails no poll when it is out of reach", async () => {
    rateLimits.read = async () => {
      throw new Error("no table");
    };

    expect(await copyOfFunction().after(throttled)).toBe(1);
    expect(warned).toEqual(["the shared rate limit is out of reach"]);
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import type { PaceStore } from "#aws/pace-store.ts";
import { type Pace, USUAL_PACE } from "#domain/polling/shared-pace.ts";
import { OBSERVATIONS, START } from "#test/support/jobs.ts";
import { createSharedPace } from "#use-cases/tracking/shared-pace.ts";

const { throttled, processing, unavailable } = OBSERVATIONS;

let pace: Pace;
let reads: number;
let paces: PaceStore;
let clock: { now: number };
let measured: string[];
let warned: string[];
beforeEach(() => {
  pace = USUAL_PACE;
  reads = 0;
  clock = { now: START };
  measured = [];
  warned = [];
  paces = {
    async read() {
      reads += 1;
      return pace;
    },
    async replace(read, next) {
      if (read.at !== pace.at) return false;
      pace = next;
      return true;
    },
  };
});

const copyOfFunction = () =>
  createSharedPace({
    paces: { read: () => paces.read(), replace: (read, next) => paces.replace(read, next) },
    now: () => clock.now,
    meter: { add: (metric) => void measured.push(metric) },
    log: { warn: (message) => void warned.push(message) },
  });

describe("the shared pace", () => {
  it("slows the looks of every copy of the function down when one is throttled", async () => {
    const [one, other] = [copyOfFunction(), copyOfFunction()];

    expect(await one.after(throttled)).toBe(0.5);
    expect(await other.after(processing)).toBe(0.5);
    expect(measured).toEqual(["AkoolSlowedDown"]);
  });

  it("is changed once by copies that are throttled at the same time", async () => {
    const copies = Array.from({ length: 20 }, copyOfFunction);

    const rates = await Promise.all(copies.map((copy) => copy.after(throttled)));

    expect(new Set(rates)).toEqual(new Set([0.5]));
    expect(pace).toEqual({ rate: 0.5, at: START });
    expect(measured).toEqual(["AkoolSlowedDown"]);
  });

  it("is left alone by other trouble, which says nothing of the rate", async () => {
    expect(await copyOfFunction().after(unavailable)).toBe(1);
    expect(pace).toBe(USUAL_PACE);
  });

  it("is read once in five seconds, however many looks there are", async () => {
    const copy = copyOfFunction();
    for (let looks = 0; looks < 50; looks++) await copy.after(processing);
    expect(reads).toBe(1);

    clock.now += 5_000;
    await copy.after(processing);

    expect(reads).toBe(2);
  });

  it("fails no look when it is out of reach", async () => {
    paces.read = async () => {
      throw new Error("no table");
    };

    expect(await copyOfFunction().after(throttled)).toBe(1);
    expect(warned).toEqual(["the shared pace is out of reach"]);
  });
});

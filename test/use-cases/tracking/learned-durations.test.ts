import { beforeEach, describe, expect, it } from "vitest";
import type { DurationStore } from "#aws/duration-store.ts";
import { countDuration, type DurationHistogram } from "#domain/polling/duration-histogram.ts";
import { histogramOf, logNormalSample } from "#test/support/durations.ts";
import { jobWith, START } from "#test/support/jobs.ts";
import {
  createLearnedDurations,
  type LearnedDurations,
} from "#use-cases/tracking/learned-durations.ts";

const MINUTE = 60_000;
const job = jobWith("processing", { akool: { resolution: "720p", video_duration: 10 } });
const BUCKET = "720p/10s/other";

let stored: Map<string, DurationHistogram>;
let reads: string[];
let counts: string[];
let broken: boolean;
let now: number;
let random: number;
let warnings: Record<string, unknown>[];
let learned: LearnedDurations;

const store: DurationStore = {
  async read(bucket) {
    reads.push(bucket);
    if (broken) throw new Error("no table");
    return stored.get(bucket);
  },
  async count(bucket, seconds, at) {
    counts.push(bucket);
    if (broken) throw new Error("no table");
    const next = countDuration(stored.get(bucket), seconds, at);
    stored.set(bucket, next);
    return next;
  },
};

beforeEach(() => {
  [stored, reads, counts, warnings] = [new Map(), [], [], []];
  [broken, now, random] = [false, START, 0.5];
  const log = {
    info: () => {},
    warn: (_: string, fields: object) => void warnings.push({ ...fields }),
  };
  learned = createLearnedDurations(
    { durations: store, now: () => now, random: () => random, log },
    { minSeconds: 5, maxSeconds: 300 },
  );
});

describe("learned durations", () => {
  it("give a schedule to jobs of a bucket in which enough have ended, and to no others", async () => {
    stored.set(BUCKET, histogramOf(logNormalSample(200, 300, 0.2)));

    expect((await learned.scheduleFor(job))?.waitAt(0, 1)).toBeGreaterThan(150);
    expect(await learned.scheduleFor({ ...job, akool: { resolution: "1080p" } })).toBeUndefined();
  });

  it("are read once in five minutes for each bucket, also where there is nothing", async () => {
    for (let poll = 0; poll < 10; poll++) await learned.scheduleFor(job);
    expect(reads).toEqual([BUCKET]);

    now += 5 * MINUTE;
    await learned.scheduleFor(job);
    expect(reads).toEqual([BUCKET, BUCKET]);
  });

  it("count a job in the bucket that it had while it was unfinished", async () => {
    await learned.learn(job, 110);

    expect(stored.get(BUCKET)).toEqual({ weights: { 47: 1 }, updatedAt: START });
  });

  it("count only a share of the jobs once thousands are known, whatever their duration", async () => {
    stored.set(BUCKET, { weights: { 57: 20_000 }, updatedAt: START });

    random = 0.26;
    await learned.learn(job, 300);
    expect(counts).toHaveLength(0);

    random = 0.24;
    await learned.learn(job, 300);
    expect(counts).toHaveLength(1);
  });

  it("learn from their own writes that less needs to be counted", async () => {
    await learned.scheduleFor(job);
    stored.set(BUCKET, { weights: { 57: 20_000 }, updatedAt: START });

    await learned.learn(job, 300);
    await learned.learn(job, 300);

    expect(counts).toHaveLength(1);
  });

  it("fail no poll when they cannot be read or written, and do not try again at once", async () => {
    broken = true;

    expect(await learned.scheduleFor(job)).toBeUndefined();
    expect(await learned.scheduleFor(job)).toBeUndefined();
    await learned.learn(job, 110);

    expect(reads).toHaveLength(1);
    expect(warnings).toEqual([{ error: "Error" }, { error: "Error" }]);
  });
});

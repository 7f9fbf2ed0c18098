import type { RateLimitStore } from "#aws/rate-limit-store.ts";
import { acceptJob, type Job } from "#domain/job/job.ts";
import type { Observation } from "#domain/job/observation.ts";
import { observe } from "#domain/job/transition.ts";
import type { PollPolicy } from "#domain/polling/poll-interval.ts";
import { secondsUntilNextPoll } from "#domain/polling/poll-schedule.ts";
import { FULL_RATE, type RateLimit, stretched } from "#domain/polling/rate-limit.ts";
import { throttledRetries } from "#lib/retry-policy.ts";
import {
  createSharedRateLimit,
  type SharedRateLimit,
} from "#use-cases/tracking/shared-rate-limit.ts";

const POLL: PollPolicy = { minSeconds: 5, maxSeconds: 300 };

/** A poll's whole invocation, as the clock sees it. An assumption: AKOOL cannot be measured from here. */
const POLL_MS = 400;

const FIRST_RETRY_MS = throttledRetries.interval.toMilliseconds();
const LONGEST_RETRY_MS = throttledRetries.maxDelay.toMilliseconds();

export interface Storm {
  /** Jobs that are all started in the same instant. */
  jobs: number;
  /** Answers a second that AKOOL gives before it says 1005; an assumption too. */
  akoolPerSecond: number;
  /** Copies of the function that may run at once. */
  ceiling: number;
  /** Whether throttled polls slow all others down. */
  sharedRateLimit: boolean;
  /** Uniform in [0, 1). */
  random: () => number;
}

export interface StormResult {
  polls: number;
  throttled: number;
  /** Polls in the busiest second. */
  peakPerSecond: number;
  /** Invocations that found no free copy: one transition each. */
  invocationsPutOff: number;
  /** Jobs whose end was noticed. */
  noticed: number;
  /** From the end at AKOOL to its notice, in seconds. */
  meanDelay: number;
  maxDelay: number;
}

interface Follower {
  job: Job;
  /** When AKOOL has finished, epoch milliseconds. */
  endsAt: number;
  /** Invocations in a row that found no free copy. */
  putOff: number;
}

/**
 * Follows many jobs at once on a clock of its own, with the schedule, the record and the shared
 * rateLimit of the functions themselves. AWS and AKOOL are simulated by a count of free copies and
 * a bucket of answers.
 */
export async function simulateStorm(storm: Storm): Promise<StormResult> {
  const clock = { now: 0 };
  const agenda = new Agenda<Follower>();
  for (let number = 0; number < storm.jobs; number++) agenda.add(0, follower(number, storm.random));
  const rateLimit = storm.sharedRateLimit ? rateLimitOf(() => clock.now) : { after: async () => 1 };
  const copies = new FreeCopies(storm.ceiling);
  const akool = new Bucket(storm.akoolPerSecond);
  const result = new Tally();
  for (let due = agenda.next(); due !== undefined; due = agenda.next()) {
    clock.now = due.at;
    const { item } = due;
    if (!copies.take(clock.now)) {
      result.invocationsPutOff += 1;
      const longest = Math.min(
        LONGEST_RETRY_MS,
        FIRST_RETRY_MS * throttledRetries.backoffRate ** item.putOff++,
      );
      agenda.add(clock.now + storm.random() * longest, item);
      continue;
    }
    item.putOff = 0;
    const observation = akool.take(clock.now) ? seenOf(item, clock.now) : THROTTLED;
    result.count(clock.now, observation);
    if (observation.kind === "completed") result.noticed(clock.now - item.endsAt);
    else agenda.add(await nextPoll(item, observation, clock.now, rateLimit, storm.random), item);
  }
  return result.summary();
}

const THROTTLED: Observation = { kind: "throttled", detail: "code 1005" };

/** Log-normal, median 110 s as in AKOOL's documented sample, sigma 0.5. */
function follower(number: number, random: () => number): Follower {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const request = { videoModelId: number.toString(16).padStart(24, "0") };
  const job = acceptJob({ request, execution: "", now: 0, defaultDeadlineHours: 24 });
  return { job, endsAt: 110_000 * Math.exp(0.5 * normal), putOff: 0 };
}

function seenOf({ endsAt }: Follower, now: number): Observation {
  if (now < endsAt) return { kind: "processing", akool: {} };
  return { kind: "completed", akool: {}, videoUrl: "https://example.com/video.mp4" };
}

async function nextPoll(
  follower: Follower,
  observation: Observation,
  now: number,
  rateLimit: SharedRateLimit,
  random: () => number,
): Promise<number> {
  const job = observe(follower.job, observation, now);
  follower.job = job;
  const waitSeconds = secondsUntilNextPoll({ job, observation, now, random, policy: POLL });
  const rate = await rateLimit.after(observation);
  const secondsToDeadline = (Date.parse(job.deadlineAt) - now) / 1000;
  const { maxSeconds } = POLL;
  return now + POLL_MS + 1000 * stretched({ waitSeconds, rate, maxSeconds, secondsToDeadline });
}

/** As twenty running copies of the function would have it, each with its own memory. */
function rateLimitOf(now: () => number): SharedRateLimit {
  let current: RateLimit = FULL_RATE;
  const rateLimits: RateLimitStore = {
    read: async () => current,
    async replace(read, next) {
      if (read.at !== current.at) return false;
      current = next;
      return true;
    },
  };
  const dependencies = { rateLimits, now, meter: { add: () => {} }, log: { warn: () => {} } };
  const copies = Array.from({ length: 20 }, () => createSharedRateLimit(dependencies));
  let turn = 0;
  return {
    after: async (observation) => (await copies[turn++ % copies.length]?.after(observation)) ?? 1,
  };
}

/** What is due when, to a tenth of a second. */
class Agenda<Item> {
  readonly #slots: Item[][] = [];
  #slot = 0;

  add(at: number, item: Item): void {
    const slot = Math.max(this.#slot, Math.ceil(at / 100));
    this.#slots[slot] ??= [];
    this.#slots[slot].push(item);
  }

  next(): { at: number; item: Item } | undefined {
    for (; this.#slot < this.#slots.length; this.#slot++) {
      const item = this.#slots[this.#slot]?.pop();
      if (item !== undefined) return { at: this.#slot * 100, item };
      delete this.#slots[this.#slot];
    }
    return undefined;
  }
}

class FreeCopies {
  readonly #ceiling: number;
  /** When each running copy is free again. */
  #busyUntil: number[] = [];

  constructor(ceiling: number) {
    this.#ceiling = ceiling;
  }

  take(now: number): boolean {
    // Each takes as long as the others: those that began first are free first.
    const free = this.#busyUntil.findIndex((until) => until > now);
    this.#busyUntil.splice(0, free < 0 ? this.#busyUntil.length : free);
    if (this.#busyUntil.length >= this.#ceiling) return false;
    this.#busyUntil.push(now + POLL_MS);
    return true;
  }
}

class Bucket {
  readonly #perSecond: number;
  #tokens: number;
  #at = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
  }

  take(now: number): boolean {
    const filled = this.#tokens + ((now - this.#at) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, filled);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

class Tally {
  invocationsPutOff = 0;
  #polls = 0;
  #throttled = 0;
  readonly #perSecond = new Map<number, number>();
  readonly #delays: number[] = [];

  count(now: number, { kind }: Observation): void {
    this.#polls += 1;
    if (kind === "throttled") this.#throttled += 1;
    const second = Math.floor(now / 1000);
    this.#perSecond.set(second, (this.#perSecond.get(second) ?? 0) + 1);
  }

  noticed(delayMs: number): void {
    this.#delays.push(delayMs / 1000);
  }

  summary(): StormResult {
    return {
      polls: this.#polls,
      throttled: this.#throttled,
      peakPerSecond: Math.max(...this.#perSecond.values()),
      invocationsPutOff: this.invocationsPutOff,
      noticed: this.#delays.length,
      meanDelay: this.#delays.reduce((sum, delay) => sum + delay, 0) / this.#delays.length,
      maxDelay: this.#delays.reduce((most, delay) => Math.max(most, delay), 0),
    };
  }
}

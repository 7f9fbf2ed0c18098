import type { RateLimitStore } from "#aws/rate-limit-store.ts";
import type { Observation } from "#domain/job/observation.ts";
import type { Meter } from "#domain/metrics.ts";
import { FULL_RATE, type RateLimit, rateAt, slowedDown } from "#domain/polling/rate-limit.ts";
import type { JobDependencies, Log } from "./dependencies.ts";

/** How often each running copy of the function reads the rate limit at most. */
const READ_EVERY_MS = 5_000;

/** What slows all jobs down together when AKOOL asks to. */
export interface SharedRateLimit {
  /**
   * Takes note of what a poll brought.
   *
   * @returns the share of the usual rate at which to go on polling
   */
  after(observation: Observation): Promise<number>;
}

interface RateLimitDependencies extends Pick<JobDependencies, "now"> {
  rateLimits: RateLimitStore;
  meter: Meter;
  log: Pick<Log, "warn">;
}

/**
 * The shared rate limit as one running copy of the function knows it. What it has read is kept for
 * a few seconds: a poll costs a fraction of a read, and a storm of throttled polls one write every
 * 5 seconds. If the rate limit cannot be read or written, no poll fails: the job's own back-off
 * remains.
 */
export function createSharedRateLimit(dependencies: RateLimitDependencies): SharedRateLimit {
  let known: RateLimit = FULL_RATE;
  let readAt = Number.NEGATIVE_INFINITY;

  async function refresh(): Promise<void> {
    const now = dependencies.now();
    if (now - readAt < READ_EVERY_MS) return;
    readAt = now;
    known = await dependencies.rateLimits.read();
  }

  async function slowDown(): Promise<void> {
    const next = slowedDown(known, dependencies.now());
    if (next === known) return;
    if (await dependencies.rateLimits.replace(known, next)) {
      known = next;
      dependencies.meter.add("AkoolSlowedDown");
    } else {
      known = await dependencies.rateLimits.read();
    }
  }

  return {
    async after(observation) {
      try {
        await refresh();
        if (observation.kind === "throttled") await slowDown();
      } catch (error) {
        dependencies.log.warn("the shared rate limit is out of reach", { error });
      }
      return rateAt(known, dependencies.now());
    },
  };
}

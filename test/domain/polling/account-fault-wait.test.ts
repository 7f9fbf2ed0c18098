import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VIDEO_LIFETIME_MS } from "#domain/job/job.ts";
import { MAX_POLLS } from "#domain/polling/history-budget.ts";
import { secondsUntilNextPoll } from "#domain/polling/poll-schedule.ts";
import { acceptedJob, OBSERVATIONS, START } from "#test/support/jobs.ts";

const policy = { minSeconds: 5, maxSeconds: 300 };

/** A video is looked for a little longer than AKOOL should have it. */
const GRACE_SECONDS = 6 * 3_600;

const anyWait = fc.record({
  polls: fc.nat({ max: MAX_POLLS / 2 - 1 }),
  troubles: fc.integer({ min: 1, max: MAX_POLLS }),
  ageMs: fc.nat({ max: VIDEO_LIFETIME_MS }),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  webhookExpected: fc.boolean(),
});

interface Wait {
  polls: number;
  troubles: number;
  ageMs: number;
  random: number;
  webhookExpected: boolean;
}

function waitOf({ polls, troubles, ageMs, random, webhookExpected }: Wait): number {
  return secondsUntilNextPoll({
    job: { ...acceptedJob(), attemptPollCount: polls, troubleCount: troubles },
    observation: OBSERVATIONS.account_fault,
    now: START + ageMs,
    random: () => random,
    policy,
    webhookExpected,
  });
}

describe("a job that waits for the account to be mended", () => {
  it("is polled again within the longest wait, webhook expected or not, however long it has waited", () => {
    fc.assert(
      fc.property(anyWait, (poll) => {
        expect(waitOf(poll)).toBeLessThanOrEqual(policy.maxSeconds);
      }),
    );
  });

  it("from the half of its polls on, at an interval that lasts for the video's whole life", () => {
    const spread = (VIDEO_LIFETIME_MS / 1000 + GRACE_SECONDS) / (MAX_POLLS / 2);
    fc.assert(
      fc.property(anyWait, (poll) => {
        expect(waitOf({ ...poll, polls: MAX_POLLS / 2 })).toBeLessThanOrEqual(Math.ceil(spread));
      }),
    );
  });
});

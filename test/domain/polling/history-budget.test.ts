import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { historyLeft, MAX_POLLS, withRetries } from "#domain/polling/history-budget.ts";
import { acceptedJob } from "#test/support/jobs.ts";

const left = (attemptPollCount: number, attemptRetryCount?: number) =>
  historyLeft({ attemptPollCount, attemptRetryCount });

describe("the history of an execution", () => {
  it("is whole at first, and lasts for the same number of polls as long as no call is repeated", () => {
    expect(left(0)).toEqual({ polls: MAX_POLLS, share: 1 });
    expect(left(1).polls).toBe(MAX_POLLS - 1);
    expect(left(MAX_POLLS / 2)).toEqual({ polls: MAX_POLLS / 2, share: 0.5 });
    expect(left(MAX_POLLS)).toEqual({ polls: 0, share: 0 });
    expect(left(MAX_POLLS + 1)).toEqual({ polls: 0, share: 0 });
  });

  it("is spent by repeated calls as well, three events each", () => {
    // 13 polls and 13 events of retries: what one poll costs.
    expect(left(13 * 3, 13).share).toBeCloseTo(left(13 * 3 + 3).share, 10);
    expect(left(0, MAX_POLLS * 13)).toEqual({ polls: 0, share: 0 });
  });

  it("lasts for as many polls as cost what those so far have cost", () => {
    // 13 events for the poll and 3 × 13 for its retries: four times the price of a plain one.
    expect(left(MAX_POLLS / 8, (13 * MAX_POLLS) / 8).polls).toBe(MAX_POLLS / 8);
  });

  it("never grows", () => {
    const spent = fc.record({ polls: fc.nat({ max: 3_000 }), retries: fc.nat({ max: 9_000 }) });
    fc.assert(
      fc.property(spent, fc.nat({ max: 20 }), ({ polls, retries }, more) => {
        const before = left(polls, retries);
        const after = left(polls + 1, retries + more);
        expect(after.share).toBeLessThanOrEqual(before.share);
        expect(Number.isInteger(after.polls)).toBe(true);
        expect(after.polls).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("a check whose call was repeated", () => {
  it("is counted on the record, and leaves it alone when it was not", () => {
    const job = acceptedJob();

    expect(withRetries(job, 0)).toBe(job);
    expect(withRetries(job, 2)).toEqual({ ...job, attemptRetryCount: 2 });
    expect(withRetries(withRetries(job, 2), 5)).toEqual({ ...job, attemptRetryCount: 7 });
  });
});

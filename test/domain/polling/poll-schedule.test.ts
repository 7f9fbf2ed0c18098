import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toIso } from "#domain/job/job.ts";
import type { Observation } from "#domain/job/observation.ts";
import { MAX_POLLS, withRetries } from "#domain/polling/history-budget.ts";
import { learnedSchedule } from "#domain/polling/learned-schedule.ts";
import { type NextPoll, secondsUntilNextPoll } from "#domain/polling/poll-schedule.ts";
import { histogramOf, logNormalSample } from "#test/support/durations.ts";
import { acceptedJob, HOUR, OBSERVATIONS, START } from "#test/support/jobs.ts";

const policy = { minSeconds: 5, maxSeconds: 300 };
const middle = () => 0.5;
/** Seconds: a video is looked for a little longer than the 7 days that AKOOL keeps it. */
const LAST_POLL = (7 * 24 + 6) * 3_600;

function wait(changes: Partial<NextPoll> & { ageSeconds?: number }) {
  const { ageSeconds = 0, ...rest } = changes;
  return secondsUntilNextPoll({
    job: acceptedJob(),
    observation: OBSERVATIONS.processing,
    now: START + ageSeconds * 1000,
    random: middle,
    policy,
    ...rest,
  });
}

/** With AwaitCallback: Task 5, Choice 2, callback 6. */
const HISTORY_EVENTS_OF_A_POLL = 5 + 2 + 6;
const HISTORY_EVENTS_OF_A_RETRY = 3;
const HISTORY_LIMIT = 25_000;

describe("what has been learned", () => {
  const schedule = learnedSchedule(histogramOf(logNormalSample(200, 300, 0.2)), policy);
  const created = (ageSeconds: number) => ({
    ...acceptedJob(),
    videoExpiresAt: new Date(START - ageSeconds * 1000 + 7 * 24 * HOUR).toISOString(),
  });

  it("sets the waits of jobs that AKOOL says are unfinished", () => {
    const first = wait({ schedule });

    expect(first).toBeGreaterThan(180);
    expect(first).toBeLessThan(300);
    expect(wait({ schedule, observation: OBSERVATIONS.queueing })).toBe(first);
    expect(wait({ schedule, ageSeconds: 300 })).toBeLessThan(60);
  });

  it("counts from the creation at AKOOL, and not from when the job was followed", () => {
    expect(wait({ schedule, job: created(200) })).toBe(wait({ schedule, ageSeconds: 200 }));
    expect(wait({ schedule, job: created(200) })).toBeLessThan(wait({ schedule }) - 150);
  });

  it("is spread, so that jobs started together do not poll together", () => {
    const early = wait({ schedule, random: () => 0 });
    const late = wait({ schedule, random: () => 0.999999 });

    expect(late - early).toBeGreaterThan(10);
  });

  it.each(["not_found", "completed_without_video", "unknown_status"] as const)(
    "does not delay the next poll of a job that is %s",
    (kind) => {
      expect(wait({ schedule, observation: OBSERVATIONS[kind] })).toBe(5);
    },
  );

  it("gives way to the back-off, to the webhook and to the deadline", () => {
    expect(wait({ schedule, observation: OBSERVATIONS.unavailable })).toBe(5);
    expect(wait({ schedule, webhookExpected: true })).toBe(6_000);
    const job = { ...acceptedJob({ deadlineHours: 0.05 }) };
    expect(wait({ schedule, job })).toBe(180);
  });

  it("is left for v1 beyond the longest job that was seen", () => {
    expect(wait({ schedule, ageSeconds: 3_000 })).toBe(wait({ ageSeconds: 3_000 }));
    expect(wait({ schedule, ageSeconds: 900 })).toBe(90);
  });

  it("does not break the history budget", () => {
    const job = { ...acceptedJob(), attemptPollCount: MAX_POLLS - 1 };

    expect(wait({ schedule, job, ageSeconds: 300 })).toBe(24 * 3_600 - 300);
  });
});

describe("poll schedule v1", () => {
  it("is prompt at first, grows with the job's age, and is capped", () => {
    expect([0, 50, 110, 600, 3_000, 30_000].map((ageSeconds) => wait({ ageSeconds }))).toEqual([
      5, 5, 11, 60, 300, 300,
    ]);
  });

  it("spreads the waits of jobs of the same age by a fifth either way", () => {
    expect(wait({ ageSeconds: 1_000, random: () => 0 })).toBe(80);
    expect(wait({ ageSeconds: 1_000, random: () => 0.999999 })).toBe(120);
  });

  it.each(["throttled", "unavailable", "account_fault"] as const)(
    "backs off with full jitter up to the maximum while AKOOL is %s",
    (kind) => {
      const observation = OBSERVATIONS[kind];
      const ceilings = [1, 2, 3, 4, 8, 500].map((troubleCount) =>
        wait({ observation, job: { ...acceptedJob(), troubleCount }, random: () => 0.9999999 }),
      );
      expect(ceilings).toEqual([10, 20, 40, 80, 300, 300]);
      expect(
        wait({ observation, job: { ...acceptedJob(), troubleCount: 8 }, random: () => 0 }),
      ).toBe(5);
    },
  );

  it("polls rarely while a webhook is expected, but backs off as usual while it cannot be read", () => {
    expect(wait({ webhookExpected: true })).toBe(6_000);
    expect(wait({ webhookExpected: true, random: () => 0 })).toBe(4_800);
    expect(wait({ webhookExpected: true, random: () => 0.999999 })).toBe(7_200);
    expect(wait({ webhookExpected: true, observation: OBSERVATIONS.unavailable })).toBe(5);
    expect(wait({ webhookExpected: true, ageSeconds: 24 * 3_600 - 100 })).toBe(100);
  });

  it("polls for the last time at the deadline, whatever it would have waited", () => {
    expect(wait({ ageSeconds: 24 * 3_600 - 30 })).toBe(30);
    expect(wait({ ageSeconds: 24 * 3_600 - 0.2 })).toBe(1);
  });

  it("goes on towards the end of the video's life once the deadline has passed unread", () => {
    const observation = OBSERVATIONS.unavailable;
    const job = { ...acceptedJob(), troubleCount: 20 };
    const late = LAST_POLL - 100;

    expect(wait({ observation, job, ageSeconds: 25 * 3_600 })).toBe(153);
    expect(wait({ observation, job, ageSeconds: late })).toBe(100);
    expect(wait({ observation, job, ageSeconds: late + 200 })).toBe(153);
  });

  it("does not count on the deadline any more from the deadline itself on", () => {
    const job = { ...acceptedJob(), troubleCount: 20, videoExpiresAt: toIso(START) };
    const unread = (ageSeconds: number) =>
      wait({ observation: OBSERVATIONS.unavailable, job, ageSeconds });

    expect(unread(24 * 3_600)).toBe(153);
    expect(unread(30 * 3_600 - 100)).toBe(100);
  });

  it("keeps its interval from the end of the video's life on", () => {
    const { not_found: observation } = OBSERVATIONS;

    expect(wait({ observation, ageSeconds: LAST_POLL - 7 })).toBe(7);
    expect(wait({ observation, ageSeconds: LAST_POLL })).toBe(300);
  });

  it.each([
    [899, 5],
    [900, 696],
    [1_350, 1_392],
    [1_793, 86_400],
    [1_900, 86_400],
  ])(
    "after %d looks makes the remaining ones last for 7 days and 6 hours: %d s",
    (polls, seconds) => {
      expect(wait({ job: { ...acceptedJob(), attemptPollCount: polls } })).toBe(seconds);
    },
  );

  const anyPoll = fc.record({
    observation: fc.constantFrom<Observation>(...Object.values(OBSERVATIONS)),
    ageSeconds: fc.double({ min: 0, max: 8 * 24 * 3_600, noNaN: true }),
    troubleCount: fc.nat({ max: 3_000 }),
    polls: fc.nat({ max: MAX_POLLS + 10 }),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    minSeconds: fc.integer({ min: 1, max: 60 }),
    span: fc.integer({ min: 0, max: 3_600 }),
  });

  it("always answers a whole number of seconds of at least 1", () => {
    fc.assert(
      fc.property(anyPoll, (poll) => {
        const job = {
          ...acceptedJob(),
          troubleCount: poll.troubleCount,
          attemptPollCount: poll.polls,
        };
        const seconds = wait({
          job,
          observation: poll.observation,
          ageSeconds: poll.ageSeconds,
          random: () => poll.random,
          policy: { minSeconds: poll.minSeconds, maxSeconds: poll.minSeconds + poll.span },
        });
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it("stays within its bounds and never sleeps through the deadline", () => {
    fc.assert(
      fc.property(anyPoll, (poll) => {
        const seconds = wait({
          observation: poll.observation,
          ageSeconds: poll.ageSeconds,
          random: () => poll.random,
          job: { ...acceptedJob(), troubleCount: poll.troubleCount },
        });
        const left = 24 * 3_600 - poll.ageSeconds;
        expect(seconds).toBeLessThanOrEqual(policy.maxSeconds);
        if (left > 0) expect(seconds).toBeLessThan(left + 1);
        if (left > policy.maxSeconds) expect(seconds).toBeGreaterThanOrEqual(policy.minSeconds);
      }),
    );
  });

  interface Week {
    bounds?: typeof policy;
    /** How often each call is repeated before it succeeds. */
    retries?: number;
    /** How long the tries of one call take together. */
    retrySeconds?: number;
  }

  /** The history events of a job that AKOOL leaves unread for 7 days, with the worst luck. */
  function eventsOfAWeek({ bounds = policy, retries = 0, retrySeconds = 0 }: Week) {
    let now = START;
    let job = { ...acceptedJob(), attemptPollCount: 0 };
    const checked = () => {
      now += retrySeconds * 1000;
      const polled = { ...job, troubleCount: 1, attemptPollCount: job.attemptPollCount + 1 };
      job = withRetries(polled, retries);
    };
    const end = START + 7 * 24 * HOUR;
    const observation = OBSERVATIONS.unavailable;
    for (checked(); now < end; checked()) {
      now += wait({ job, observation, now, random: () => 0, policy: bounds }) * 1000;
    }
    const polls = job.attemptPollCount;
    return {
      polls,
      events: polls * (HISTORY_EVENTS_OF_A_POLL + retries * HISTORY_EVENTS_OF_A_RETRY),
    };
  }

  it.each([
    ["the default bounds", policy],
    ["the narrowest bounds", { minSeconds: 1, maxSeconds: 1 }],
  ])("keeps a job that is followed for 7 days under the history limit with %s", (_, bounds) => {
    const { polls, events } = eventsOfAWeek({ bounds });

    expect(polls).toBeLessThanOrEqual(MAX_POLLS + 2);
    expect(events).toBeLessThan(HISTORY_LIMIT - 1_000);
  });

  it.each([
    [1, 0],
    [3, 0],
    [11, 0],
    [5, 310],
    [100, 24_000],
  ])(
    "keeps it there although each call is repeated %d times, which takes %d s",
    (retries, retrySeconds) => {
      const { polls, events } = eventsOfAWeek({ retries, retrySeconds });

      expect(events).toBeLessThan(HISTORY_LIMIT - 1_000);
      // The waits are stretched to the end; the job is not given up on the way.
      expect(polls).toBeGreaterThan(20);
    },
  );
});

describe("a poll that AKOOL puts off", () => {
  const asked = (retryAfterSeconds: number) => ({ ...OBSERVATIONS.unavailable, retryAfterSeconds });

  it.each([0, 0.999])("is not due before it (random %d)", (random) => {
    expect(wait({ observation: asked(90), random: () => random })).toBe(90);
    expect(wait({ observation: { ...OBSERVATIONS.throttled, retryAfterSeconds: 400 } })).toBe(400);
    expect(wait({ observation: { ...OBSERVATIONS.queueing, retryAfterSeconds: 90 } })).toBe(90);
    expect(wait({ observation: asked(90), webhookExpected: true })).toBe(90);
  });

  it("is due by its own schedule when that is later", () => {
    expect(wait({ observation: { ...OBSERVATIONS.queueing, retryAfterSeconds: 3 } })).toBe(5);
  });

  it("is due in an hour at the latest, and at the deadline", () => {
    expect(wait({ observation: asked(86_400) })).toBe(3_600);
    const job = acceptedJob({ deadlineHours: 0.05 });
    expect(wait({ observation: asked(86_400), job })).toBe(180);
  });
});

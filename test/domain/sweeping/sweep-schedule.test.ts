import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptAgain, type Job, toIso } from "#domain/job/job.ts";
import type { JobStatus } from "#domain/job/job-status.ts";
import { conclude } from "#domain/job/transition.ts";
import { nextCheckOfAlive, nextSweep } from "#domain/sweeping/sweep-schedule.ts";
import { acceptedJob, EXECUTION, HOUR, jobWith, START } from "#test/support/jobs.ts";

const MINUTE = 60_000;
const DAY = 24 * HOUR;
const EXPIRY = START + 7 * DAY;
const at = (attempt: number, now: number, status: JobStatus = "processing") =>
  nextSweep({ status, attempt, videoExpiresAt: toIso(EXPIRY) }, now);

describe("when the sweeper checks a job", () => {
  it.each([
    [1, 15 * MINUTE],
    [2, 30 * MINUTE],
    [3, HOUR],
    [4, 2 * HOUR],
    [5, 2 * HOUR],
    [5_000, 2 * HOUR],
  ])("it comes back to attempt %i after %i ms", (attempt, pause) => {
    expect(at(attempt, START) - START).toBe(pause);
  });

  it.each([
    [1, 3 * MINUTE],
    [2, 6 * MINUTE],
    [3, 12 * MINUTE],
    [6, 96 * MINUTE],
    [7, 2 * HOUR],
  ])(
    "it comes back sooner to a video that attempt %i could not archive, after %i ms",
    (attempt, pause) => {
      expect(at(attempt, START, "archive_failed") - START).toBe(pause);
    },
  );

  it("it is there when the video begins to be in danger, and when it is lost", () => {
    expect(at(9, EXPIRY - 2 * DAY - MINUTE)).toBe(EXPIRY - 2 * DAY);
    expect(at(9, EXPIRY - 2 * DAY)).toBe(EXPIRY - 2 * DAY + 2 * HOUR);
    expect(at(9, EXPIRY - MINUTE)).toBe(EXPIRY);
    expect(at(9, EXPIRY)).toBe(EXPIRY + 2 * HOUR);
  });

  it("it is always later, and never by more than two hours", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: START, max: EXPIRY + 30 * DAY }),
        (attempt, now) => {
          const pause = at(attempt, now) - now;
          expect(pause).toBeGreaterThan(0);
          expect(pause).toBeLessThanOrEqual(2 * HOUR);
        },
      ),
    );
  });
});

describe("when the sweeper comes back to a job that is being followed", () => {
  const pauseAt = (now: number) =>
    nextCheckOfAlive({ attemptStartedAt: toIso(START), videoExpiresAt: toIso(EXPIRY) }, now) - now;

  it.each([
    [0, 15 * MINUTE],
    [15 * MINUTE, 15 * MINUTE],
    [30 * MINUTE, 30 * MINUTE],
    [HOUR, HOUR],
    [2 * HOUR, 2 * HOUR],
    [3 * DAY, 2 * HOUR],
  ])("it waits as long as the attempt has lasted: %i ms, %i ms", (age, pause) => {
    expect(pauseAt(START + age)).toBe(pause);
  });

  it("it is there when the video begins to be in danger, and when it is lost", () => {
    expect(pauseAt(EXPIRY - 2 * DAY - MINUTE)).toBe(MINUTE);
    expect(pauseAt(EXPIRY - MINUTE)).toBe(MINUTE);
  });
});

describe("whether the sweeper comes at all", () => {
  const sweptAt = (job: Job) => job.sweepAt && Date.parse(job.sweepAt);

  it("it does for a job that is new, and for one that is begun again", () => {
    const again = acceptAgain(jobWith("timed_out"), {
      request: { videoModelId: "x" },
      execution: EXECUTION,
      now: START + HOUR,
      defaultDeadlineHours: 24,
    });

    expect(sweptAt(acceptedJob())).toBe(START + 15 * MINUTE);
    expect(sweptAt(again)).toBe(START + HOUR + 30 * MINUTE);
  });

  it("its time does not change while the job moves, so that polls cost no index write", () => {
    const { sweepAt } = acceptedJob();

    for (const status of ["queueing", "processing", "completed"] as const) {
      expect(jobWith(status).sweepAt).toBe(sweepAt);
    }
  });

  it.each([
    ["archive_failed", 3 * MINUTE],
    ["cancelled", 15 * MINUTE],
    ["expired", 15 * MINUTE],
  ] as const)("it does after %s, for which somebody may still have to act", (status, pause) => {
    expect(sweptAt(jobWith(status))).toBe(START + 1_000 + pause);
  });

  it.each(["archived", "failed", "rejected", "not_found", "timed_out"] as const)(
    "it does after %s only to publish that, unless the execution had died before",
    (status) => {
      const fault = { execution: EXECUTION, code: "ABORTED", reason: "", at: toIso(START) };
      const orphan = conclude({ ...acceptedJob(), fault }, status, START + 1_000);

      expect(sweptAt(jobWith(status))).toBe(START + 1_000 + MINUTE);
      expect(jobWith(status).sweptOnlyToPublish).toBe(true);
      expect(sweptAt(orphan)).toBe(START + 1_000 + 15 * MINUTE);
      expect(orphan).not.toHaveProperty("sweptOnlyToPublish");
    },
  );

  it("a record of before there was a sweeper stays without", () => {
    const { sweepAt: _none, ...old } = acceptedJob();

    expect(conclude(old, "processing", START)).not.toHaveProperty("sweepAt");
  });
});

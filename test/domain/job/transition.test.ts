import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptAgain, type Job, toIso } from "#domain/job/job.ts";
import { isEnded, JOB_STATUSES, mayFollow } from "#domain/job/job-status.ts";
import type { Observation } from "#domain/job/observation.ts";
import { conclude, DENIAL_GRACE_MS, observe } from "#domain/job/transition.ts";
import { acceptedJob, HOUR, jobWith, OBSERVATIONS, START } from "#test/support/jobs.ts";

const SOON = START + 10_000;
const AFTER_DEADLINE = START + 24 * HOUR;
const AFTER_EXPIRY = START + 7 * 24 * HOUR;
/** AKOOL may keep a video a little longer than we think. */
const GRACE = 6 * HOUR;
const TROUBLES = ["throttled", "unavailable", "account_fault"] as const;

describe("one poll of AKOOL", () => {
  it.each([
    ["queueing", "queueing"],
    ["processing", "processing"],
    ["completed", "completed"],
    ["completed_without_video", "accepted"],
    ["failed", "failed"],
    ["unknown_status", "accepted"],
    ["throttled", "accepted"],
    ["unavailable", "accepted"],
    ["account_fault", "accepted"],
    ["not_found", "accepted"],
    ["rejected", "accepted"],
  ] as const)("that sees %s soon after the start makes the job %s", (kind, status) => {
    expect(observe(acceptedJob(), OBSERVATIONS[kind], SOON).status).toBe(status);
  });

  it("records what was seen, AKOOL's fields, and when AKOOL will delete the video", () => {
    const created = START - 2 * HOUR;
    const observation = { ...OBSERVATIONS.processing, createdAt: created };

    const job = observe(jobWith("queueing", { troubleCount: 3 }), observation, SOON);

    expect(job).toMatchObject({
      pollCount: 1,
      attemptPollCount: 1,
      troubleCount: 0,
      updatedAt: "2026-01-05T12:00:10.000Z",
      videoExpiresAt: "2026-01-12T10:00:00.000Z",
      akool: observation.akool,
    });
    expect(job.lastObservation).toStrictEqual({
      kind: "processing",
      at: "2026-01-05T12:00:10.000Z",
    });
  });

  it.each(["throttled", "unavailable", "account_fault", "not_found"] as const)(
    "that sees %s keeps what AKOOL has told before, and invents nothing",
    (kind) => {
      const akool = { _id: "told before" };

      expect(observe(jobWith("queueing", { akool }), OBSERVATIONS[kind], SOON).akool).toBe(akool);
      expect(observe(acceptedJob(), OBSERVATIONS[kind], SOON)).not.toHaveProperty("akool");
    },
  );

  it.each([
    ["30 days before the job was accepted", START - 30 * 24 * HOUR, true],
    ["a moment earlier", START - 30 * 24 * HOUR - 1, false],
    ["a day ahead", SOON + 24 * HOUR, true],
    ["a moment later", SOON + 24 * HOUR + 1, false],
  ])("believes a creation time only within bounds: %s", (_, createdAt, believed) => {
    const before = jobWith("queueing", { videoExpiresAt: "2026-02-01T00:00:00.000Z" });

    const job = observe(before, { ...OBSERVATIONS.processing, createdAt }, SOON);

    expect(job.videoExpiresAt !== before.videoExpiresAt).toBe(believed);
  });

  it.each([
    ["in seconds", START / 1000],
    ["in microseconds", START * 1000],
    ["beyond all dates", 9e15],
    ["of the far future", START + 40 * 24 * HOUR],
    ["older than any video that could be saved", START - 31 * 24 * HOUR],
  ])("does not believe a creation time %s", (_, createdAt) => {
    const job = observe(acceptedJob(), { ...OBSERVATIONS.processing, createdAt }, SOON);

    expect(job.videoExpiresAt).toBe(acceptedJob().videoExpiresAt);
  });

  it("counts the life of the video from now when AKOOL's clock is ahead", () => {
    const job = observe(
      acceptedJob(),
      { ...OBSERVATIONS.processing, createdAt: SOON + HOUR },
      SOON,
    );

    expect(job.videoExpiresAt).toBe("2026-01-12T12:00:10.000Z");
  });

  it("keeps the expiry that it had when AKOOL gives no creation time", () => {
    const job = observe(acceptedJob(), OBSERVATIONS.unknown_status, SOON);

    expect(job.videoExpiresAt).toBe(acceptedJob().videoExpiresAt);
    expect(job.lastObservation?.detail).toBe("video_status 7");
  });

  it("keeps AKOOL's own words for a failure and for a refusal", () => {
    expect(observe(acceptedJob(), OBSERVATIONS.failed, SOON).failure).toEqual({
      code: "AKOOL_FAILED",
      reason: "Failed to process the video.",
      party: "job",
    });
    const once = observe(acceptedJob(), OBSERVATIONS.rejected, SOON);
    const rejected = observe(once, OBSERVATIONS.rejected, SOON + DENIAL_GRACE_MS);
    expect(rejected.failure).toEqual({ code: "AKOOL_1003", reason: "Param error", party: "job" });
    expect(rejected.lastObservation?.detail).toBe("code 1003: Param error");
    expect(rejected.statusHistory.at(-1)?.reason).toBe("Param error");
  });

  it("clears a fault of our own, since tracking goes on", () => {
    const fault = { execution: "e", code: "c", reason: "r", at: acceptedJob().acceptedAt };

    expect(observe(jobWith("queueing", { fault }), OBSERVATIONS.queueing, SOON)).not.toHaveProperty(
      "fault",
    );
  });

  it("counts consecutive troubles", () => {
    const once = observe(acceptedJob(), OBSERVATIONS.throttled, SOON);
    const twice = observe(once, OBSERVATIONS.account_fault, SOON + 1_000);

    expect(twice).toMatchObject({ troubleCount: 2, pollCount: 2, status: "accepted" });
    expect(observe(twice, OBSERVATIONS.queueing, SOON + 2_000).troubleCount).toBe(0);
  });
});

const DENIALS = ["not_found", "rejected"] as const;

describe("a job that AKOOL denies and has never described", () => {
  it.each(DENIALS)("gets a grace, then ends %s", (kind) => {
    const first = observe(acceptedJob(), OBSERVATIONS[kind], START);
    const before = observe(first, OBSERVATIONS[kind], START + DENIAL_GRACE_MS - 1);
    const after = observe(before, OBSERVATIONS[kind], START + DENIAL_GRACE_MS);

    expect(before.status).toBe("accepted");
    expect(after.status).toBe(kind);
    const { code, message } = OBSERVATIONS[kind];
    expect(after.failure).toEqual({ code: `AKOOL_${code}`, reason: message, party: "job" });
  });

  it("may be denied in several ways meanwhile", () => {
    const unknown = observe(acceptedJob(), OBSERVATIONS.not_found, START);

    const refused = observe(unknown, OBSERVATIONS.rejected, START + DENIAL_GRACE_MS);

    expect(refused.status).toBe("rejected");
  });

  it("is not known after all because AKOOL could not be read in between", () => {
    const denied = observe(acceptedJob(), OBSERVATIONS.not_found, START);
    const unread = observe(denied, OBSERVATIONS.unavailable, START + 30_000);

    expect(unread.notFoundSince).toBe(denied.notFoundSince);
    expect(observe(unread, OBSERVATIONS.not_found, START + DENIAL_GRACE_MS).status).toBe(
      "not_found",
    );
  });

  it("is never ended by a single denial, however late that comes", () => {
    const unread = observe(acceptedJob(), OBSERVATIONS.unavailable, AFTER_DEADLINE);

    expect(unread).not.toHaveProperty("notFoundSince");
    expect(observe(unread, OBSERVATIONS.rejected, AFTER_DEADLINE + HOUR).status).toBe("accepted");
  });
});

describe("a job that AKOOL has described and then denies", () => {
  const told = observe(acceptedJob(), OBSERVATIONS.processing, SOON);

  it.each(DENIALS)("goes on until its deadline (%s)", (kind) => {
    const denied = observe(told, OBSERVATIONS[kind], START + HOUR);
    const later = observe(denied, OBSERVATIONS[kind], AFTER_DEADLINE - 1);
    const late = observe(later, OBSERVATIONS[kind], AFTER_DEADLINE);

    expect([denied.status, later.status, late.status]).toEqual(["processing", "processing", kind]);
  });

  it.each(DENIALS)("is not ended at its deadline by a first denial (%s)", (kind) => {
    const denied = observe(told, OBSERVATIONS[kind], AFTER_DEADLINE);

    expect(denied.status).toBe("processing");
    expect(observe(denied, OBSERVATIONS[kind], AFTER_DEADLINE + DENIAL_GRACE_MS).status).toBe(kind);
  });

  it("is followed on when AKOOL describes it again, and a later denial begins anew", () => {
    const stray = observe(told, OBSERVATIONS.not_found, START + HOUR);
    const again = observe(stray, OBSERVATIONS.processing, START + HOUR + 600_000);
    const later = observe(again, OBSERVATIONS.not_found, AFTER_DEADLINE);

    expect([stray.status, again.status, later.status]).toEqual(Array(3).fill("processing"));
    expect(again).not.toHaveProperty("notFoundSince");
  });

  it("has been described in an earlier attempt as well", () => {
    const begunAgain = acceptAgain(conclude(told, "timed_out", AFTER_DEADLINE), {
      request: { videoModelId: "x" },
      execution: "another",
      now: AFTER_DEADLINE,
      defaultDeadlineHours: 24,
    });
    const denied = observe(begunAgain, OBSERVATIONS.rejected, AFTER_DEADLINE);

    expect(observe(denied, OBSERVATIONS.rejected, AFTER_DEADLINE + HOUR).status).toBe("accepted");
  });
});

describe("the deadline", () => {
  it.each(["queueing", "processing", "completed_without_video", "unknown_status"] as const)(
    "ends a job that AKOOL calls %s, and not a moment before",
    (kind) => {
      expect(observe(acceptedJob(), OBSERVATIONS[kind], AFTER_DEADLINE - 1).status).not.toBe(
        "timed_out",
      );
      const late = observe(acceptedJob(), OBSERVATIONS[kind], AFTER_DEADLINE);
      expect(late.status).toBe("timed_out");
      expect(late.failure?.code).toBe("DEADLINE_PASSED");
      expect(late.failure?.reason).toContain(kind);
    },
  );

  it("names the address that could not be used", () => {
    const unusable = { ...OBSERVATIONS.completed_without_video, detail: "the address is no URL" };

    expect(observe(acceptedJob(), unusable, AFTER_DEADLINE).failure?.reason).toContain(
      '"completed_without_video" (the address is no URL)',
    );
  });

  it("is no reason to drop a video that is finished at the last poll", () => {
    expect(observe(acceptedJob(), OBSERVATIONS.completed, AFTER_DEADLINE).status).toBe("completed");
  });

  it.each(TROUBLES)("needs evidence: %s goes on until the video would have expired", (kind) => {
    expect(observe(acceptedJob(), OBSERVATIONS[kind], AFTER_DEADLINE).status).toBe("accepted");
    const last = AFTER_EXPIRY + GRACE;
    expect(observe(acceptedJob(), OBSERVATIONS[kind], last - 1).status).toBe("accepted");
    const late = observe(acceptedJob(), OBSERVATIONS[kind], last);
    expect(late.status).toBe("expired");
    expect(late.failure).toMatchObject({ code: "AKOOL_UNREADABLE", party: "source" });
    expect(late.failure?.reason).toContain(acceptedJob().videoExpiresAt);
    expect(late.failure?.reason).toContain(OBSERVATIONS[kind].detail);
    const longer = acceptedJob({ deadlineHours: 168 });
    const older = { ...longer, videoExpiresAt: acceptedJob().deadlineAt };
    expect(observe(older, OBSERVATIONS[kind], last - 1).status).toBe("accepted");
    expect(observe(older, OBSERVATIONS[kind], last).status).toBe("expired");
    const finishedLate = { ...acceptedJob(), videoGoneAt: toIso(AFTER_EXPIRY + HOUR) };
    expect(observe(finishedLate, OBSERVATIONS[kind], last).status).toBe("accepted");
  });
});

describe("any history", () => {
  const anyObservation = fc.constantFrom<Observation>(...Object.values(OBSERVATIONS));
  const polls = fc.array(fc.tuple(anyObservation, fc.nat({ max: 6 * HOUR })), { maxLength: 60 });

  function follow(steps: [Observation, number][]): Job[] {
    let now = START;
    const jobs = [acceptedJob()];
    for (const [observation, wait] of steps) {
      now += wait;
      jobs.push(observe(jobs.at(-1) ?? acceptedJob(), observation, now));
    }
    return jobs;
  }

  it("never takes a status back, and writes a line only when the status changes", () => {
    fc.assert(
      fc.property(polls, (steps) => {
        const jobs = follow(steps);
        for (const [i, job] of jobs.entries()) {
          const before = jobs[i - 1] ?? job;
          const changed = job.status !== before.status;
          expect(changed ? mayFollow(before.status, job.status) : true).toBe(true);
          expect(job.statusHistory.length - before.statusHistory.length).toBe(changed ? 1 : 0);
          expect(job.statusHistory.map(({ seq }) => seq)).toEqual(
            job.statusHistory.map((_, index) => index + 1),
          );
        }
      }),
    );
  });

  it("changes nothing once the job has ended", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...JOB_STATUSES.filter(isEnded)),
        anyObservation,
        fc.nat(),
        (status, observation, later) => {
          const ended = jobWith(status);
          expect(observe(ended, observation, START + later)).toBe(ended);
        },
      ),
    );
  });

  it("gives every end but completion a reason", () => {
    fc.assert(
      fc.property(polls, (steps) => {
        const job = follow(steps).at(-1);
        expect(job && isEnded(job.status) ? job.failure?.reason : "still running").toBeTruthy();
      }),
    );
  });
});

describe("a conclusion", () => {
  it("carries its failure, or none", () => {
    expect(conclude(jobWith("completed"), "archived", SOON)).not.toHaveProperty("failure");
    const failure = { code: "NotAVideo", reason: "HTML", party: "source" } as const;
    expect(conclude(jobWith("completed"), "archive_failed", SOON, failure)).toMatchObject({
      status: "archive_failed",
      failure,
    });
  });
});

describe("a video that AKOOL had finished in an earlier attempt, and does not give any more", () => {
  const HIDDEN = ["not_found", "rejected", "completed_without_video", "unknown_status"] as const;
  const begunAgain = acceptAgain(conclude(jobWith("completed"), "archive_failed", SOON), {
    request: { videoModelId: "x" },
    execution: "another",
    now: SOON,
    defaultDeadlineHours: 24,
  });

  it.each(HIDDEN)("is not given up before AKOOL deletes it (%s)", (kind) => {
    const first = observe(begunAgain, OBSERVATIONS[kind], SOON);
    const later = observe(first, OBSERVATIONS[kind], AFTER_EXPIRY - 1);

    expect(first.status).toBe("accepted");
    expect(later.status).toBe("accepted");
  });

  it.each(HIDDEN)("ends expired once that was seen again and again after it (%s)", (kind) => {
    const polls = [SOON, AFTER_EXPIRY, AFTER_EXPIRY + 1, AFTER_EXPIRY + GRACE - 1];
    const seen = polls.reduce((job, at) => observe(job, OBSERVATIONS[kind], at), begunAgain);

    expect(seen.status).toBe("accepted");
    expect(observe(seen, OBSERVATIONS[kind], AFTER_EXPIRY + GRACE)).toMatchObject({
      status: "expired",
      failure: {
        code: "VIDEO_EXPIRED",
        reason: `not archived before AKOOL deleted the video (${begunAgain.videoExpiresAt}); its last answer was "${kind}"`,
        party: "source",
      },
    });
  });

  it("is not given up for one poll, however late", () => {
    const late = observe(begunAgain, OBSERVATIONS.rejected, AFTER_EXPIRY + 30 * 24 * HOUR);

    expect(late.status).toBe("accepted");
  });

  it("is archived when it is given after all", () => {
    expect(observe(begunAgain, OBSERVATIONS.completed, SOON).status).toBe("completed");
  });

  it("has failed when AKOOL says that now", () => {
    expect(observe(begunAgain, OBSERVATIONS.failed, SOON).status).toBe("failed");
  });
});

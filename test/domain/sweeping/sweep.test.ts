import { describe, expect, it } from "vitest";
import { type Job, sweptAgain, toIso } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import {
  areCompanionsExpiring,
  isExpiringUnarchived,
  judgeSweep,
  mayHaveLeftovers,
} from "#domain/sweeping/sweep.ts";
import { archivedCompanion, pendingCompanion } from "#test/support/companions.ts";
import { ARCHIVE, EXECUTION, HOUR, jobWith, START } from "#test/support/jobs.ts";

const DAY = 24 * HOUR;
const EXPIRY = START + 7 * DAY;
const RUNNING = ["accepted", "queueing", "processing", "completed"] as const;
const SETTLED = [
  "archived",
  "failed",
  "rejected",
  "not_found",
  "timed_out",
  "cancelled",
  "expired",
] as const;
const kindOf = (...args: Parameters<typeof judgeSweep>) => judgeSweep(...args).kind;
/** Refused three times, from the video's end on. */
const refused = (job: Job): Job => ({
  ...job,
  lossEvidence: { since: toIso(EXPIRY), count: 3 },
});

describe("the sweeper's verdict on a job", () => {
  it.each([...RUNNING, "archive_failed", ...SETTLED] as const)(
    "%s whose execution lives: it is left alone",
    (status) => {
      expect(kindOf(jobWith(status), "running", START)).toBe("wait");
      expect(kindOf(refused(jobWith(status)), "running", EXPIRY + 30 * DAY)).toBe("wait");
    },
  );

  it.each([...RUNNING, "archive_failed"] as const)(
    "%s that nobody follows: it is begun again",
    (status) => {
      expect(kindOf(jobWith(status), "ended", START)).toBe("restart");
      expect(kindOf(jobWith(status), "unknown", START)).toBe("restart");
    },
  );

  it.each(SETTLED)("%s without a live execution: all its changes are published", (status) => {
    expect(kindOf(jobWith(status), "ended", START)).toBe("settle");
    expect(kindOf(jobWith(status), "unknown", EXPIRY)).toBe("settle");
  });

  it.each([...RUNNING, "archive_failed"] as const)(
    "%s after the video's time: it is given up once it was refused again and again",
    (status) => {
      const job = refused(jobWith(status));
      const proven = EXPIRY + 6 * HOUR;

      expect(kindOf(job, "ended", proven)).toBe("expire");
      expect(kindOf(job, "ended", proven - 1)).toBe("restart");
      expect(kindOf(job, "unknown", proven)).toBe("restart");
    },
  );

  it("does not give a video up for faults of our own, before a week has passed", () => {
    let job = jobWith("completed");
    const fault = { code: "SlowDown", reason: "S3", party: "archiver" } as const;
    for (let hours = 0; hours < 7 * 24; hours += 2) {
      const now = EXPIRY + hours * HOUR;
      job = conclude({ ...job, status: "completed" }, "archive_failed", now, fault);
      expect(kindOf(job, "ended", now)).toBe("restart");
    }

    expect(kindOf(job, "ended", EXPIRY + 7 * DAY)).toBe("expire");
  });

  it("counts the time from the later of what AKOOL says", () => {
    const finishedLate = { ...refused(jobWith("completed")), videoGoneAt: toIso(EXPIRY + 3 * DAY) };

    expect(kindOf(finishedLate, "ended", EXPIRY + 3 * DAY)).toBe("restart");
  });

  it.each([
    [
      { failure: { code: "SourceGone", reason: "HTTP 403", party: "source" } },
      "HTTP 403",
      "source",
    ],
    [
      { fault: { execution: EXECUTION, code: "X", reason: "no table", at: toIso(START) } },
      "no table",
      "archiver",
    ],
    [
      { lastObservation: { kind: "unavailable", at: toIso(START), detail: "HTTP 502" } },
      "HTTP 502",
      "archiver",
    ],
    [{}, "its execution died", "archiver"],
  ] as const)(
    "a video that is given up has its last obstacle as the reason: %j",
    (known, reason, party) => {
      const job = refused({ ...jobWith("completed"), ...known });

      expect(judgeSweep(job, "ended", EXPIRY + 6 * HOUR)).toEqual({
        kind: "expire",
        failure: {
          code: "VIDEO_EXPIRED",
          reason: `not archived before AKOOL deleted the video (${toIso(EXPIRY)}); the last obstacle: ${reason}`,
          party,
        },
      });
    },
  );
});

describe("a video in danger", () => {
  it.each([...RUNNING, "archive_failed"] as const)(
    "is one of a job that is %s, from 48 h before",
    (status) => {
      expect(isExpiringUnarchived(jobWith(status), EXPIRY - 2 * DAY)).toBe(true);
      expect(isExpiringUnarchived(jobWith(status), EXPIRY + DAY)).toBe(true);
      expect(isExpiringUnarchived(jobWith(status), EXPIRY - 2 * DAY - 1)).toBe(false);
    },
  );

  it.each(SETTLED)("is none of a job that is %s", (status) => {
    expect(isExpiringUnarchived(jobWith(status), EXPIRY)).toBe(false);
  });
});

describe("what a job may have left in the bucket", () => {
  const completed = jobWith("completed");

  it.each(["cancelled", "expired"] as const)("is looked for once it is %s", (status) => {
    expect(mayHaveLeftovers(conclude(completed, status, START))).toBe(true);
  });

  it.each(["cancelled", "expired"] as const)(
    "cannot be there if it is %s and never was completed",
    (status) => {
      expect(mayHaveLeftovers(jobWith(status))).toBe(false);
    },
  );

  it.each(["archived", "archive_failed"] as const)("is none if it is %s", (status) => {
    expect(mayHaveLeftovers(conclude(completed, status, START))).toBe(false);
  });
});

it("a job that is to be checked again is due 15 minutes later, and is otherwise the same", () => {
  const { sweptOnlyToPublish: _only, ...job } = jobWith("archived");

  expect(sweptAgain(jobWith("archived"), START)).toEqual({
    ...job,
    sweepAt: toIso(START + HOUR / 4),
  });
});

describe("the sweeper's verdict on an archived job", () => {
  const untold = jobWith("archived", { companions: [pendingCompanion("original_srt")] });
  const asking = jobWith("archived", { archive: ARCHIVE, akool: { audio_splits: {} } });

  it("whose companions are missing: an execution for them", () => {
    expect(kindOf(untold, "ended", START)).toBe("companions");
    expect(kindOf(untold, "unknown", EXPIRY + 30 * DAY)).toBe("companions");
    expect(kindOf(untold, "running", START)).toBe("wait");
  });

  it("of which AKOOL may name more: the same, once it is time", () => {
    expect(kindOf(asking, "ended", START)).toBe("later");
    expect(kindOf(asking, "ended", START + HOUR)).toBe("companions");
    expect(kindOf(asking, "ended", EXPIRY)).toBe("settle");
  });

  it("warns of companions that are pending, in the last 48 hours", () => {
    const whole = jobWith("archived", { companions: [archivedCompanion("original_srt")] });
    const unarchived = jobWith("completed", { companions: untold.companions });

    expect(areCompanionsExpiring(untold, EXPIRY - 2 * DAY)).toBe(true);
    expect(areCompanionsExpiring(untold, EXPIRY - 2 * DAY - 1)).toBe(false);
    expect(areCompanionsExpiring(whole, EXPIRY)).toBe(false);
    expect(areCompanionsExpiring(jobWith("archived"), EXPIRY)).toBe(false);
    expect(areCompanionsExpiring(unarchived, EXPIRY)).toBe(false);
  });
});

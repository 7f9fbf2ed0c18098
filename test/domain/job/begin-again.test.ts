import { describe, expect, it } from "vitest";
import { type Asker, mayBeginAgain } from "#domain/job/begin-again.ts";
import { acceptAgain, type Job, toIso } from "#domain/job/job.ts";
import { isEnded, JOB_STATUSES } from "#domain/job/job-status.ts";
import { conclude } from "#domain/job/transition.ts";
import { acceptedJob, EXECUTION, HOUR, jobWith, START } from "#test/support/jobs.ts";

const LATER = START + HOUR;
const asked = (by: Asker, at: number | undefined = LATER, now = LATER) => ({ by, at, now });
const ENDS = JOB_STATUSES.filter(isEnded);

/** So many attempts, each begun a minute after the one before. */
function triedTimes(attempts: number, status: Job["status"] = "not_found"): Job {
  let job = acceptedJob();
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    const now = START + attempt * 60_000;
    const request = { videoModelId: job.videoModelId };
    const again = { request, execution: EXECUTION, now, defaultDeadlineHours: 24 };
    job = acceptAgain(conclude(job, status, now), again);
  }
  return conclude(job, status, START + attempts * 60_000);
}

describe("who may have an ended job begun again", () => {
  it.each<[Asker, readonly string[]]>([
    ["person", ENDS.filter((end) => end !== "archived")],
    ["request", ["archive_failed", "rejected", "not_found", "timed_out", "cancelled"]],
    ["webhook", ["archive_failed", "rejected", "not_found", "timed_out"]],
    ["webhook-of-other-product", ["archive_failed", "rejected", "timed_out"]],
    ["sweeper", ["archive_failed"]],
    ["import", []],
    ["creation", []],
  ])("%s: %j", (by, mended) => {
    expect(ENDS.filter((end) => mayBeginAgain(jobWith(end), asked(by)))).toEqual(mended);
  });

  it.each(["person", "request", "sweeper", "import", "creation"] as const)(
    "%s: any job whose execution has died",
    (by) => {
      expect(mayBeginAgain(triedWithoutEnd(), asked(by))).toBe(true);
    },
  );

  function triedWithoutEnd(): Job {
    return { ...triedTimes(9), status: "processing" };
  }

  it.each(["timed_out", "processing"] as const)("webhook: no sixth attempt at %s", (status) => {
    const job = jobWith(status);

    expect(mayBeginAgain({ ...job, attempt: 4 }, asked("webhook"))).toBe(true);
    expect(mayBeginAgain({ ...job, attempt: 5 }, asked("webhook"))).toBe(false);
  });
});

describe("a cancellation", () => {
  const cancelled = conclude(acceptedJob(), "cancelled", START);

  it("stands against what was asked for before it, and what nobody knows the time of", () => {
    expect(mayBeginAgain(cancelled, asked("request", START - 1))).toBe(false);
    expect(mayBeginAgain(cancelled, { by: "request", at: undefined, now: LATER })).toBe(false);
    expect(mayBeginAgain(cancelled, asked("request", Number.NaN))).toBe(false);
  });

  it("gives way to a request that is made after it, however many there were", () => {
    expect(mayBeginAgain(cancelled, asked("request", START))).toBe(true);
    expect(mayBeginAgain(triedTimes(20, "cancelled"), asked("request"))).toBe(true);
  });
});

describe("requests for an id that ends in the same way each time", () => {
  const soon = START + 10 * 60_000;

  it("begin five attempts at once", () => {
    expect(mayBeginAgain(triedTimes(4), asked("request", soon, soon))).toBe(true);
    expect(mayBeginAgain(triedTimes(5), asked("request", soon, soon))).toBe(false);
  });

  it("begin another one every six hours", () => {
    const job = triedTimes(5);
    const next = Date.parse(job.attemptStartedAt) + 6 * HOUR;

    expect(mayBeginAgain(job, asked("request", next - 1, next - 1))).toBe(false);
    expect(mayBeginAgain(job, asked("request", next, next))).toBe(true);
  });

  it("count by the day", () => {
    const job = { ...triedTimes(5), attemptStartedAt: toIso(START + 24 * HOUR) };
    const nextDay = START + 24 * HOUR + 60_000;

    expect(mayBeginAgain(job, asked("request", nextDay - 60_001, nextDay - 60_001))).toBe(false);
    expect(mayBeginAgain(job, asked("request", nextDay, nextDay))).toBe(true);
  });

  it("do not bind a person", () => {
    expect(mayBeginAgain(triedTimes(50), asked("person", soon, soon))).toBe(true);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEnded, isFinal, JOB_STATUSES, mayFollow } from "#domain/job/job-status.ts";

const anyStatus = fc.constantFrom(...JOB_STATUSES);
const RUNNING = ["accepted", "queueing", "processing", "completed"] as const;

describe("job status", () => {
  it("counts exactly the ends as ended", () => {
    expect(JOB_STATUSES.filter((status) => !isEnded(status))).toEqual(RUNNING);
  });

  it("takes nothing but a safe video for final", () => {
    expect(JOB_STATUSES.filter(isFinal)).toEqual(["archived"]);
  });

  it("lets a running job go forward in order", () => {
    expect(mayFollow("accepted", "queueing")).toBe(true);
    expect(mayFollow("queueing", "processing")).toBe(true);
    expect(mayFollow("processing", "completed")).toBe(true);
    expect(mayFollow("completed", "archived")).toBe(true);
    expect(mayFollow("accepted", "completed")).toBe(true);
  });

  const settled = JOB_STATUSES.filter((status) => isEnded(status) && status !== "archive_failed");
  it.each(settled)("lets nothing follow %s", (status) => {
    expect(JOB_STATUSES.filter((next) => mayFollow(status, next))).toEqual([]);
  });

  it("lets a video that could not be archived be cancelled, or expire, and nothing else", () => {
    expect(JOB_STATUSES.filter((next) => mayFollow("archive_failed", next))).toEqual([
      "cancelled",
      "expired",
    ]);
  });

  it("never goes backwards: what may follow can never be followed by its predecessor", () => {
    fc.assert(fc.property(anyStatus, anyStatus, (a, b) => !(mayFollow(a, b) && mayFollow(b, a))));
  });
});

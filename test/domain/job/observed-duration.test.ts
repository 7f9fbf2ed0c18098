import { describe, expect, it } from "vitest";
import type { Job } from "#domain/job/job.ts";
import { observedDuration } from "#domain/job/observed-duration.ts";
import { observe } from "#domain/job/transition.ts";
import { acceptedJob, jobWith, OBSERVATIONS, START } from "#test/support/jobs.ts";

const SECOND = 1_000;
const CREATED = START - 5 * SECOND;

/** A job that was last seen processing at 100 s, and is seen completed at 130 s. */
function ended(
  times: { create_time?: unknown; update_time?: unknown } = {},
  before: Job = seen("processing"),
) {
  const akool = { create_time: CREATED, update_time: START + 120 * SECOND, ...times };
  const createdAt = typeof akool.create_time === "number" ? { createdAt: akool.create_time } : {};
  const completed = { ...OBSERVATIONS.completed, ...createdAt, akool };
  const now = START + 130 * SECOND;
  return observedDuration(before, observe(before, completed, now), now);
}

function seen(kind: keyof typeof OBSERVATIONS): Job {
  return observe(acceptedJob(), OBSERVATIONS[kind], START + 100 * SECOND);
}

describe("the duration of a job, as a poll finds it", () => {
  it("is that of AKOOL's own clock", () => {
    expect(ended()).toBe(125);
    expect(ended({}, seen("queueing"))).toBe(125);
  });

  it("allows a minute of clock skew", () => {
    expect(ended({ update_time: START + 40 * SECOND })).toBe(45);
    expect(ended({ update_time: START + 190 * SECOND })).toBe(195);
  });

  it("may be a second, or as long as a video lives", () => {
    const update_time = START + 120 * SECOND;

    expect(ended({ create_time: update_time - SECOND })).toBe(1);
    expect(ended({ create_time: update_time - 7 * 24 * 3_600 * SECOND })).toBe(604_800);
  });

  it.each([
    ["AKOOL gives no time of creation", { create_time: undefined }],
    ["AKOOL gives no time of the update", { update_time: undefined }],
    ["the creation is not to be believed", { create_time: 1 }],
    ["the update was before the job was seen unfinished", { update_time: START + 40 * SECOND - 1 }],
    ["the update is yet to come", { update_time: START + 190 * SECOND + 1 }],
    ["it took no time", { create_time: START + 120 * SECOND }],
    ["it took longer than a video lives", { create_time: START - 8 * 24 * 3_600 * SECOND }],
  ])("is not known if %s", (_, times) => {
    expect(ended(times)).toBeUndefined();
  });

  it("is not known for a job that nobody has seen unfinished just before", () => {
    expect(ended({}, acceptedJob())).toBeUndefined();
    expect(ended({}, seen("unavailable"))).toBeUndefined();
  });

  it("is not known for a job that has not completed, or of which AKOOL's answer is not known", () => {
    const before = seen("processing");
    const now = START + 130 * SECOND;
    const akool = { create_time: CREATED, update_time: START + 120 * SECOND };
    const verdict = { ...OBSERVATIONS.failed, createdAt: CREATED, akool };
    const failed = observe(before, verdict, now);

    expect(observedDuration(before, failed, now)).toBeUndefined();
    expect(observedDuration(before, jobWith("completed"), now)).toBeUndefined();
  });
});

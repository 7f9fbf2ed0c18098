import { describe, expect, it } from "vitest";
import { toIso } from "#domain/job/job.ts";
import type { Answer } from "#domain/job/observation.ts";
import { conclude, observe } from "#domain/job/transition.ts";
import { isLossProven, lifetimeOf, withLossEvidence } from "#domain/job/video-loss.ts";
import { acceptedJob, HOUR, jobWith, START, VIDEO_URL } from "#test/support/jobs.ts";

const DAY = 24 * HOUR;
const job = acceptedJob();

function answer(createdAt: number | undefined, updated: unknown): Answer {
  return {
    kind: "completed",
    videoUrl: VIDEO_URL,
    akool: { update_time: updated },
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

describe("when AKOOL deletes a video", () => {
  it("is reckoned from its creation for the warning, and from its completion for giving up", () => {
    expect(lifetimeOf(job, answer(START - 8 * DAY, START - 2 * DAY), START)).toEqual({
      videoExpiresAt: toIso(START - DAY),
      videoGoneAt: toIso(START + 5 * DAY),
    });
  });

  it.each([
    ["no update", answer(START - DAY, undefined)],
    ["an update that is no number", answer(START - DAY, "yesterday")],
    ["an update in another unit", answer(START - DAY, START / 1000)],
    ["an update weeks ahead", answer(START - DAY, START + 20 * DAY)],
    ["an update before the creation", answer(START - DAY, START - 2 * DAY)],
  ])("is reckoned from the creation alone with %s", (_, told) => {
    expect(lifetimeOf(job, told, START)).toEqual({
      videoExpiresAt: toIso(START + 6 * DAY),
      videoGoneAt: toIso(START + 6 * DAY),
    });
  });

  it("leaves the warning as it is when only the update is believed", () => {
    expect(lifetimeOf(job, answer(undefined, START - DAY), START)).toEqual({
      videoGoneAt: toIso(START + 6 * DAY),
    });
    expect(lifetimeOf(job, answer(1_000_000, undefined), START)).toEqual({});
  });

  it("is never more than 7 days from the answer, whatever clock AKOOL has", () => {
    expect(lifetimeOf(job, answer(START + HOUR, START + HOUR), START).videoGoneAt).toBe(
      toIso(START + 7 * DAY),
    );
  });

  it("is put on record by a poll", () => {
    const seen = observe(job, answer(START - 8 * DAY, START - 2 * DAY), START);

    expect(seen).toMatchObject({ status: "completed", videoGoneAt: toIso(START + 5 * DAY) });
  });
});

describe("that a video is lost", () => {
  const end = START + 7 * DAY;
  const at = (...times: number[]) => times.reduce(withLossEvidence, job);

  it("is not shown by anything before its time", () => {
    expect(withLossEvidence(job, end - 1)).toBe(job);
  });

  it("takes three signs, over six hours", () => {
    expect(isLossProven(at(end, end + 6 * HOUR), end + 9 * HOUR)).toBe(false);
    expect(isLossProven(at(end, end + 1, end + 2), end + 6 * HOUR - 1)).toBe(false);
    expect(isLossProven(at(end, end + 1, end + 2), end + 6 * HOUR)).toBe(true);
    expect(isLossProven(job, end + 30 * DAY)).toBe(false);
  });

  it("is open again once AKOOL tells of a later time", () => {
    const proven = at(end, end + 1, end + 2);
    const later = { ...proven, videoGoneAt: toIso(end + DAY) };

    expect(isLossProven(later, end + 2 * DAY)).toBe(false);
    expect(withLossEvidence(later, end + 2 * DAY).lossEvidence).toEqual({
      since: toIso(end + 2 * DAY),
      count: 1,
    });
  });

  it.each([
    ["source", 1],
    ["archiver", undefined],
  ] as const)("is shown by a copy that failed, if it is by fault of the %s", (party, count) => {
    const failure = { code: "X", reason: "x", party };
    const failed = conclude(jobWith("completed"), "archive_failed", end, failure);

    expect(failed.lossEvidence?.count).toBe(count);
  });
});

import { describe, expect, it } from "vitest";
import {
  areCompanionsDue,
  areCompanionsOpen,
  areUntold,
  isAskDue,
  mayNameMore,
  nextAskAt,
} from "#domain/job/companion-work.ts";
import type { Job } from "#domain/job/job.ts";
import { nextCompanionSweep } from "#domain/sweeping/companion-schedule.ts";
import { AUDIO_SPLITS, archivedCompanion, pendingCompanion } from "#test/support/companions.ts";
import { ARCHIVE, HOUR, jobWith, START } from "#test/support/jobs.ts";

const MINUTE = 60_000;
const ARCHIVED_AT = Date.parse(ARCHIVE.archivedAt);
const TOLD = "2026-01-05T12:00:05.000Z";
const SOME = { audio_splits: { original_srt_url: AUDIO_SPLITS.original_srt_url } };

function archived(changes: Partial<Job> = {}): Job {
  return { ...jobWith("archived"), archive: ARCHIVE, ...changes };
}

describe("whether AKOOL may name more files", () => {
  it.each([
    [{ audio_splits: {} }, true],
    [SOME, true],
    [{ progress: 100 }, true],
    [{ deduction_duration: 10 }, true],
    [{ audio_splits: AUDIO_SPLITS, progress: 100, deduction_duration: 10 }, false],
    [{ deduction_credit: 20 }, false],
    [{ type: 8, from: 2 }, false],
    [undefined, false],
  ])("after %j: %s", (akool, expected) => {
    expect(mayNameMore(akool)).toBe(expected);
  });
});

describe("AKOOL is asked for more files", () => {
  it("a quarter of an hour and six hours after the video was archived, and not again", () => {
    const askedAt = [0, 1, 2].map((companionAsks) =>
      nextAskAt(archived({ akool: SOME, companionAsks })),
    );

    expect(askedAt).toEqual([ARCHIVED_AT + 15 * MINUTE, ARCHIVED_AT + 6 * HOUR, undefined]);
  });

  it("only of a product that has them", () => {
    expect(nextAskAt(archived({ akool: { deduction_credit: 20 } }))).toBeUndefined();
    expect(nextAskAt(archived({ akool: { audio_splits: AUDIO_SPLITS } }))).toBeUndefined();
  });

  it("only while AKOOL still has the video", () => {
    const late = archived({ akool: SOME, videoExpiresAt: ARCHIVE.archivedAt });
    const job = archived({ akool: SOME });
    const expiry = Date.parse(job.videoExpiresAt);

    expect(nextAskAt(late)).toBeUndefined();
    expect(nextAskAt({ ...late, archive: undefined })).toBeUndefined();
    const atExpiry = new Date(ARCHIVED_AT + 15 * MINUTE).toISOString();
    expect(nextAskAt({ ...job, videoExpiresAt: atExpiry })).toBeUndefined();
    expect(isAskDue(job, expiry - 1)).toBe(true);
    expect(isAskDue(job, expiry)).toBe(false);
    expect(areCompanionsOpen(job, expiry)).toBe(false);
  });

  it("when it is time", () => {
    const job = archived({ akool: SOME });

    expect(isAskDue(job, ARCHIVED_AT + 15 * MINUTE - 1)).toBe(false);
    expect(isAskDue(job, ARCHIVED_AT + 15 * MINUTE)).toBe(true);
    expect(isAskDue(archived(), ARCHIVED_AT + HOUR)).toBe(false);
  });
});

describe("companions of an archived job", () => {
  it("are seen to until it is told what became of them", () => {
    const untold = archived({ companions: [pendingCompanion("original_srt")] });
    const told = archived({
      companions: [archivedCompanion("original_srt")],
      companionsToldAt: TOLD,
    });

    expect([untold, told, archived()].map(areUntold)).toEqual([true, false, false]);
    expect([untold, told, archived()].map((job) => areCompanionsOpen(job, START))).toEqual([
      true,
      false,
      false,
    ]);
    expect([untold, told].map((job) => areCompanionsDue(job, START))).toEqual([true, false]);
  });

  it("are open, and not due, before AKOOL is asked again", () => {
    const job = archived({ akool: SOME });

    expect(areCompanionsOpen(job, ARCHIVED_AT)).toBe(true);
    expect(areCompanionsDue(job, ARCHIVED_AT)).toBe(false);
    expect(areCompanionsDue(job, ARCHIVED_AT + HOUR)).toBe(true);
  });
});

describe("the sweeper comes for companions", () => {
  const untold = archived({ companions: [pendingCompanion("original_srt")] });

  it.each([
    [undefined, 15],
    [1, 30],
    [3, 120],
    [9, 120],
  ])("after %s runs for them in %i minutes", (companionRuns, minutes) => {
    expect(nextCompanionSweep({ ...untold, companionRuns }, START)).toBe(START + minutes * MINUTE);
  });

  it("when AKOOL is to be asked, if that is all, or sooner", () => {
    const asking = archived({ akool: SOME, companionRuns: 3 });

    expect(nextCompanionSweep(asking, ARCHIVED_AT)).toBe(ARCHIVED_AT + 15 * MINUTE);
    expect(nextCompanionSweep({ ...asking, companions: untold.companions }, ARCHIVED_AT)).toBe(
      ARCHIVED_AT + 15 * MINUTE,
    );
  });

  it("after the pause, when AKOOL could not be asked in time", () => {
    const asking = archived({ akool: SOME, companionRuns: 1 });
    const late = ARCHIVED_AT + HOUR;
    const justNow = ARCHIVED_AT + 15 * MINUTE;

    expect(nextCompanionSweep(asking, late)).toBe(late + 30 * MINUTE);
    expect(nextCompanionSweep(asking, justNow)).toBe(justNow + 30 * MINUTE);
  });
});

import { describe, expect, it } from "vitest";
import { companionsAfter, givenUp } from "#domain/job/companion-state.ts";
import { JOB_STATUSES } from "#domain/job/job-status.ts";
import { archivedCompanion, CUT_COMPANION, pendingCompanion } from "#test/support/companions.ts";

const AT = "2026-01-12T12:00:00.000Z";
const COUNTS = { copyRuns: 2, copyClaims: 1 };

describe("the companions of a job that reaches a status", () => {
  const companions = [
    archivedCompanion("original_srt"),
    pendingCompanion("translated_srt", { ...COUNTS, reason: "HTTP 404" }),
  ];

  it.each(["failed", "rejected", "not_found", "timed_out", "expired"] as const)(
    "are given up when it ends %s, and what is archived stays",
    (status) => {
      expect(companionsAfter(companions, status, AT)).toEqual([
        archivedCompanion("original_srt"),
        {
          role: "translated_srt",
          state: "failed",
          sourceUrl: companions[1]?.sourceUrl,
          ...COUNTS,
          reason: `not archived before the job ended ${status}`,
        },
      ]);
    },
  );

  it("are none when it is cancelled, since what is stored of it is deleted", () => {
    const after = companionsAfter(companions, "cancelled", AT);

    expect(after.map(({ state }) => state)).toEqual(["failed", "failed"]);
    expect(after[0]).not.toHaveProperty("key");
  });

  it("are tried again in a new attempt, as far as they are missing", () => {
    const over = companionsAfter(companions, "expired", AT);

    expect(companionsAfter(over, "accepted", AT)).toEqual([
      archivedCompanion("original_srt"),
      pendingCompanion("translated_srt", COUNTS),
    ]);
    expect(companionsAfter(companions, "accepted", AT)).toEqual(companions);
  });

  const others = JOB_STATUSES.filter((status) =>
    ["queueing", "processing", "completed", "archived", "archive_failed"].includes(status),
  );
  it.each(others)("stay as they are when it is %s", (status) => {
    expect(companionsAfter(companions, status, AT)).toEqual(companions);
  });
});

describe("a companion that is given up", () => {
  it("is archived with what was kept of it, and its doubts", () => {
    const kept = pendingCompanion("no_caption_video", { doubtful: CUT_COMPANION });

    expect(givenUp(kept, "HTTP 404", AT)).toEqual({
      role: "no_caption_video",
      sourceUrl: kept.sourceUrl,
      ...CUT_COMPANION,
      doubts: [...CUT_COMPANION.doubts, "HTTP 404"],
      state: "archived",
      archivedAt: AT,
    });
  });

  it("has the reason as its one doubt, if the file itself has none", () => {
    const { doubts: _doubts, ...file } = CUT_COMPANION;
    const kept = pendingCompanion("no_caption_video", { doubtful: file });

    expect(givenUp(kept, "HTTP 404", AT)).toMatchObject({ doubts: ["HTTP 404"] });
  });
});

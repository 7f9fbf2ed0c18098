import { expect, it } from "vitest";
import { everyDay, latestDays, type SpendRow, splitOf, stacked } from "../../app/logic/spend.ts";
import { NOW } from "./jobs.ts";

const row = (group: string, charged: number, failed = 0, missingCredits?: number): SpendRow => ({
  group,
  jobs: 1,
  credits: { charged, estimated: 0 },
  videos: { archived: 1, bytes: 1, missing: 0, missingCredits },
  failed: { jobs: 0, credits: failed },
});

it("what was charged is split by what has become of it", () => {
  expect(splitOf(row("a", 100, 20, 30))).toEqual({ archived: 50, missing: 30, failed: 20 });
  expect(splitOf(row("a", 10))).toEqual({ archived: 10, missing: 0, failed: 0 });
  expect(splitOf(row("a", 10, 20)).archived).toBe(0);
});

it("a chart has each series on top of the one before", () => {
  expect(stacked([row("a", 100, 20, 30), row("b", 10)])).toEqual({
    labels: ["a", "b"],
    failed: [20, 0],
    failedAndMissing: [50, 0],
    all: [100, 10],
  });
});

it("days without a job have a row, too", () => {
  const days = everyDay([row("2026-02-28", 5)], "2026-02-27", "2026-03-01");

  expect(days.map(({ group, credits }) => [group, credits.charged])).toEqual([
    ["2026-02-27", 0],
    ["2026-02-28", 5],
    ["2026-03-01", 0],
  ]);
});

it("the latest days end with today", () => {
  expect(latestDays(7, NOW)).toEqual({ from: "2025-12-30", to: "2026-01-05" });
});

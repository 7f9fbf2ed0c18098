import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, NO_CHROMIUM } from "./chromium.ts";
import { type OpenedConsole, openConsole } from "./opened-console.ts";
import { seededJob } from "./seeded-jobs.ts";

const MANY = 10_000;
const STATUSES = ["archived", "archived", "failed", "cancelled", "timed_out"] as const;

function manyJobs(now: number) {
  return Array.from({ length: MANY }, (_, index) =>
    seededJob({
      id: `many-${String(index).padStart(8, "0")}`,
      status: STATUSES[index % STATUSES.length] ?? "failed",
      acceptedAt: now - 300_000 - index * 1_000,
      tags: { team: index % 2 === 0 ? "film" : "ads" },
      akool: { file_name: `clip-${index}.mp4`, prompt: "a cat that sings", deduction_credit: 20 },
    }),
  );
}

describe.skipIf(CHROMIUM === undefined)("a list of 10,000 jobs", () => {
  let opened: OpenedConsole;

  beforeAll(async () => {
    opened = await openConsole(manyJobs(Date.now()));
  }, 600_000);
  afterAll(() => opened.close());

  it("is painted at once, and draws only what is in the window, however far one scrolls", async () => {
    const { page, goTo } = await opened.tab("#/start");
    await page.reload();
    await goTo("#/jobs");
    await page.reload();
    await page.locator("tr.row").first().waitFor();
    const paint = await page.evaluate(`
      [performance.getEntriesByName("first-contentful-paint")[0].startTime, performance.now()]
    `);
    const [first, rows] = paint as [number, number];
    console.log(
      `first paint after ${Math.round(first)} ms, rows seen within ${Math.round(rows)} ms`,
    );

    for (const _ of Array.from({ length: 12 })) {
      const before = await page.locator("table.jobs").getAttribute("aria-rowcount");
      await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
      await expect
        .poll(() => page.locator("table.jobs").getAttribute("aria-rowcount"))
        .not.toBe(before);
    }
    const loaded = Number(await page.locator("table.jobs").getAttribute("aria-rowcount")) - 1;
    expect(loaded).toBeGreaterThanOrEqual(1_200);
    expect(await page.locator("tr.row").count()).toBeLessThan(80);
    await page.evaluate("scrollTo(0, 0)");
    await page.locator("tr.row", { hasText: "many-00000000" }).waitFor();
  });
});

it.skipIf(CHROMIUM !== undefined)("cannot be shown here", (context) => context.skip(NO_CHROMIUM));

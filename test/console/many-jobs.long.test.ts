import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, NO_CHROMIUM } from "./chromium.ts";
import { type OpenedConsole, openConsole } from "./opened-console.ts";
import { seededJob } from "./seeded-jobs.ts";

const MANY = 10_000;
const STATUSES = ["archived", "archived", "failed", "cancelled", "timed_out"] as const;

/** When rows are first there, to the millisecond. */
const MARK_ROWS = `
  new MutationObserver((_, observer) => {
    if (document.querySelector("tr.row") === null) return;
    performance.mark("rows");
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
`;

const LIST = `performance.getEntriesByType("resource").find(({ name }) => name.includes("/jobs?"))`;

/** Milliseconds since the page was opened. */
const TIMES = `(() => {
  const { requestStart, responseEnd, transferSize } = ${LIST};
  const paint = performance.getEntriesByName("first-contentful-paint")[0].startTime;
  const rows = performance.getEntriesByName("rows")[0].startTime;
  const [first, asked, answered, drawn] = [paint, requestStart, responseEnd, rows].map(Math.round);
  return "first paint after " + first + " ms, list asked for after " + asked + " ms, answered (" +
    transferSize + " bytes) after " + answered + " ms, rows after " + drawn + " ms";
})()`;

/** Other requests to the API that would have kept it waiting. */
const ASKED_BEFORE_THE_LIST = `performance.getEntriesByType("resource")
  .filter(({ name }) => /\\/(summary|imports|ledger|jobs\\/)/.test(name))
  .filter(({ requestStart }) => requestStart < ${LIST}.responseStart)
  .map(({ name }) => name)`;

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
    // Nothing has asked this archiver for a list yet.
    const { page } = await opened.tab("#/runbook");
    await page.addInitScript(MARK_ROWS);
    for (const visit of ["first", "second"]) {
      await page.goto("about:blank");
      await page.goto(`${opened.served.ready.api}/#/jobs`);
      await page.locator("tr.row").first().waitFor();
      console.log(`${visit} visit: ${await page.evaluate(TIMES)}`);
      expect(await page.evaluate(ASKED_BEFORE_THE_LIST)).toEqual([]);
    }

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

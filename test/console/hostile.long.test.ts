import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, NO_CHROMIUM } from "./chromium.ts";
import { HOSTILE, hostileJobs } from "./hostile-texts.ts";
import { type OpenedConsole, openConsole } from "./opened-console.ts";

describe.skipIf(CHROMIUM === undefined)("texts from elsewhere", () => {
  let opened: OpenedConsole;

  beforeAll(async () => {
    opened = await openConsole(hostileJobs(Date.now()));
  });
  afterAll(() => opened.close());

  it.each(Object.entries(HOSTILE))("are only texts: %s", async (name, text) => {
    const { page, complaints, elsewhere } = await opened.tab("#/jobs", {
      viewport: { width: 390, height: 844 },
    });
    await page.locator("tr.row").nth(4).waitFor();
    expect(await overflow(page)).toBe(0);

    await page
      .locator("tr.row", { hasText: `hostile-${name}-0001` })
      .getByRole("link")
      .click();
    const heading = page.getByRole("heading", { level: 1 });
    await expect.poll(() => heading.textContent()).toBe(text);
    await page.getByText("AKOOL's last answer").click();
    expect(await overflow(page)).toBe(0);
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(await page.locator('a[href^="javascript"], img, main script').count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  it("turn nothing around them: each name has a direction of its own", async () => {
    const { page } = await opened.tab();
    await page.locator("tr.row", { hasText: "hostile-rightToLeft-0001" }).waitFor();

    expect(
      await page.evaluate('getComputedStyle(document.querySelector("tr.row bdi")).unicodeBidi'),
    ).toBe("isolate");
  });
});

/** Pixels that the page is wider than its window. */
async function overflow(page: { evaluate(script: string): Promise<unknown> }): Promise<unknown> {
  return page.evaluate("document.documentElement.scrollWidth - innerWidth");
}

it.skipIf(CHROMIUM !== undefined)("cannot be shown here", (context) => context.skip(NO_CHROMIUM));

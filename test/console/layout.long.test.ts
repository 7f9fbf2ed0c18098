import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerAsBusy } from "./answers.ts";
import { CHROMIUM, NO_CHROMIUM } from "./chromium.ts";
import { type OpenedConsole, openConsole } from "./opened-console.ts";
import { seededJob } from "./seeded-jobs.ts";
import type { Tab } from "./tab.ts";

const NOW = Date.now();

const SEEDED = [
  "failed",
  "timed_out",
  "archive_failed",
  "cancelled",
  "rejected",
  "expired",
] as const;

const ADDRESSES = [
  "#/jobs",
  "#/jobs?status=failed",
  "#/jobs/seeded-failed",
  "#/jobs/seeded-archive_failed",
  "#/gallery",
  "#/expiring",
  "#/needs-you",
  "#/imports",
  "#/spend",
  "#/spend?days=30&by=product",
  "#/start",
  "#/runbook",
  "#/runbook/archive_failed",
  "#/runbook/the-alarms",
];

describe.skipIf(CHROMIUM === undefined)("every page", () => {
  let opened: OpenedConsole;

  beforeAll(async () => {
    opened = await openConsole(
      SEEDED.map((status, index) =>
        seededJob({
          id: `seeded-${status}`,
          status,
          acceptedAt: NOW - (index + 5) * 60_000,
          tags: { team: "film", project: "spring" },
          akool: {
            file_name: `clip-${status}.mp4`,
            prompt: "a cat that sings",
            deduction_credit: 20,
          },
        }),
      ),
    );
  });
  afterAll(() => opened.close());

  async function busyTab(options: Parameters<OpenedConsole["tab"]>[1]): Promise<Tab> {
    const tab = await opened.tab("#/start", options);
    await answerAsBusy(tab.page, NOW);
    await tab.page.reload();
    return tab;
  }

  async function settled({ page, goTo }: Tab, address: string): Promise<void> {
    await goTo(address);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await expect.poll(() => page.locator(".skeleton").count()).toBe(0);
  }

  it.each(["light", "dark"] as const)("has no finding of axe, %s", async (colorScheme) => {
    const tab = await busyTab({ colorScheme, reducedMotion: "reduce", bypassCSP: true });
    const findings: unknown[] = [];
    for (const address of ADDRESSES) {
      await settled(tab, address);
      findings.push(...(await axeFindings(tab.page, address)));
    }
    expect(findings).toEqual([]);
  });

  it.each([
    ["390 px", { width: 390, height: 844 }],
    ["zoom of 200 %", { width: 640, height: 400 }],
    ["zoom of 400 %", { width: 320, height: 256 }],
  ])("fits a window: %s", async (_, viewport) => {
    const tab = await busyTab({ viewport });
    const wider: string[] = [];
    const unseen: string[] = [];
    for (const address of ADDRESSES) {
      await settled(tab, address);
      const overflow = await tab.page.evaluate("document.documentElement.scrollWidth - innerWidth");
      if (overflow !== 0) wider.push(`${address}: ${overflow} px`);
      const here = await tab.page.locator(".nav [aria-current=page]").boundingBox();
      const isSeen = here !== null && here.x >= 0 && here.x + here.width <= viewport.width;
      if (!isSeen) unseen.push(address);
    }
    expect(wider).toEqual([]);
    expect(unseen, "where one is").toEqual([]);
  });

  it("is used by keyboard: skip link, navigation, a row, a dialog and back", async () => {
    const { page } = await busyTab({});
    await page.locator("body").press("Tab");
    await expect.poll(() => focused(page)).toBe("Skip to the page");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");

    await page.getByRole("link", { name: "Jobs", exact: false }).first().focus();
    await page.keyboard.press("Enter");
    const box = page.getByLabel("Select seeded-timed_out");
    await box.focus();
    await page.keyboard.press("Space");
    await page
      .getByRole("region", { name: "Selected jobs" })
      .getByRole("button", { name: "Retry" })
      .focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => focused(page)).toBe("Retry");
  });
});

async function axeFindings(page: Page, address: string): Promise<unknown[]> {
  await page.addScriptTag({ content: axe.source });
  const findings = await page.evaluate(`
    axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => ({ id, html: html.slice(0, 200), failureSummary })),
      ),
    )
  `);
  return (findings as object[]).map((finding) => ({ address, ...finding }));
}

async function focused(page: Page): Promise<unknown> {
  return page.evaluate("document.activeElement.textContent.trim()");
}

it.skipIf(CHROMIUM !== undefined)("cannot be shown here", (context) => context.skip(NO_CHROMIUM));

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, NO_CHROMIUM } from "./chromium.ts";
import { type OpenedConsole, openConsole } from "./opened-console.ts";
import { seededJob } from "./seeded-jobs.ts";

const NOW = Date.now();
const MINUTE = 60_000;
const idOf = (number: number) => `seeded-${String(number).padStart(6, "0")}`;

const SEEDED = [
  seededJob({
    id: idOf(1),
    status: "failed",
    acceptedAt: NOW - 1 * MINUTE,
    tags: { team: "film" },
  }),
  seededJob({
    id: idOf(2),
    status: "timed_out",
    acceptedAt: NOW - 2 * MINUTE,
    tags: { team: "ads" },
  }),
  seededJob({ id: idOf(3), status: "cancelled", acceptedAt: NOW - 3 * MINUTE }),
  seededJob({
    id: idOf(4),
    status: "rejected",
    acceptedAt: NOW - 4 * MINUTE,
    akool: { type: 8, from: 2, file_name: "translated.mp4" },
  }),
  seededJob({ id: idOf(5), status: "failed", acceptedAt: NOW - 3 * 24 * 60 * MINUTE }),
];

const complete = { kind: "complete", file: { kind: "sample" } } as const;

describe.skipIf(CHROMIUM === undefined)("the list of jobs", () => {
  let opened: OpenedConsole;

  beforeAll(async () => {
    opened = await openConsole(SEEDED);
  });
  afterAll(() => opened.close());

  it("is sent again only when something has changed", async () => {
    const { page } = await opened.tab();
    await page.locator("tr.row").nth(4).waitFor();
    const { status, headers } = await page
      .waitForResponse((response) => response.url().includes("/jobs?"))
      .then(async (response) => ({
        status: response.status(),
        headers: await response.allHeaders(),
      }));

    expect(status).toBe(304);
    expect(headers.etag).toMatch(/^W\//);
    expect(await page.locator("tr.row").count()).toBe(5);
  });

  it("shows all, newest first, and each view that an address names", async () => {
    const { page, goTo, complaints, elsewhere } = await opened.tab();
    const rows = page.locator("tr.row");
    await rows.nth(4).waitFor();
    expect(await rows.locator("code").allTextContents()).toEqual([1, 2, 3, 4, 5].map(idOf));

    await goTo("#/jobs?status=failed");
    await expect.poll(() => rows.count()).toBe(2);
    await goTo("#/jobs?tag=team%3Afilm");
    await expect.poll(() => rows.locator("code").allTextContents()).toEqual([idOf(1)]);
    await goTo("#/jobs?product=type8%2Bfrom2");
    await expect.poll(() => rows.locator("code").allTextContents()).toEqual([idOf(4)]);
    const today = new Date(NOW - 2 * 24 * 60 * MINUTE).toISOString().slice(0, 10);
    await goTo(`#/jobs?from=${today}`);
    await expect.poll(() => rows.count()).toBe(4);

    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  it("puts a filter into the address, and says where nothing is in a view", async () => {
    const { page } = await opened.tab();
    await page.getByLabel("Status").selectOption("cancelled");
    await expect.poll(() => page.locator("tr.row").count()).toBe(1);
    expect(page.url()).toContain("#/jobs?status=cancelled");

    await page.getByLabel("Tag").fill("team:nobody");
    await page.getByLabel("Tag").press("Enter");
    await page.getByText("No job is in this view").waitFor();
    expect(page.url()).toContain("tag=team%3Anobody");
  });

  it("changes while one looks", async () => {
    const { page } = await opened.tab();
    const id = opened.akool.addJob({ queueMs: 600_000, processMs: 0, end: complete });
    await opened.served.call("submitJob", { body: { videoModelId: id } });
    const row = page.locator("tr.row", { hasText: id });

    await row.getByText("Queueing").waitFor();
    opened.akool.updateJob(id, { queueMs: 0, processMs: 0 });
    await row.getByText("Archived").waitFor();
  });

  it("has jobs stopped and begun again in bulk, after a preview", async () => {
    const ids = [0, 1].map(() =>
      opened.akool.addJob({ queueMs: 600_000, processMs: 0, end: complete }),
    );
    for (const id of ids) await opened.served.call("submitJob", { body: { videoModelId: id } });
    const { page } = await opened.tab();
    for (const id of ids) await page.getByLabel(`Select ${id}`).check();
    await page.getByLabel(`Select ${idOf(3)}`).check();

    const bar = page.getByRole("region", { name: "Selected jobs" });
    await bar.getByRole("button", { name: "Stop following" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("1 job left alone: they have ended").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => dialog.count()).toBe(0);

    await bar.getByRole("button", { name: "Stop following" }).click();
    await dialog.getByRole("button", { name: "Stop following 2 jobs" }).click();
    await page.getByText("2 jobs stopped").waitFor();
    for (const id of ids) {
      await page.locator("tr.row", { hasText: id }).getByText("Cancelled").waitFor();
    }

    for (const id of ids) await page.getByLabel(`Select ${id}`).check();
    await bar.getByRole("button", { name: "Retry" }).click();
    await dialog.getByRole("button", { name: "Retry 2 jobs" }).click();
    await page.getByText("2 jobs begun again").waitFor();
    for (const id of ids) {
      const { body } = await opened.served.call("getJob", { parameters: { videoModelId: id } });
      expect(body.attempt).toBe(2);
      opened.akool.updateJob(id, { queueMs: 0, processMs: 0 });
    }
  });

  it("says that the connection is lost, and when it is back", async () => {
    const { page } = await opened.tab();
    await page.locator("tr.row").first().waitFor();

    await page.route("**/jobs?*", (route) => route.abort());
    await page.route("**/summary", (route) => route.abort());
    await page.getByText("Connection lost, trying again").waitFor();
    expect(await page.locator("tr.row").count()).toBeGreaterThan(0);

    await page.unroute("**/jobs?*");
    await page.unroute("**/summary");
    await page
      .getByText("Connection lost, trying again")
      .waitFor({ state: "detached", timeout: 40_000 });
  });

  it("asks nothing in the background, and at once on return", async () => {
    const { page } = await opened.tab();
    await page.locator("tr.row").first().waitFor();
    let asked = 0;
    page.on("request", () => {
      asked += 1;
    });
    const show = (state: string) =>
      page.evaluate(`
        Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      `);

    await show("hidden");
    await page.waitForTimeout(1_000);
    asked = 0;
    await page.waitForTimeout(11_000);
    expect(asked).toBe(0);
    await show("visible");
    await expect.poll(() => asked).toBeGreaterThan(0);
  });
});

it.skipIf(CHROMIUM !== undefined)("cannot be shown here", (context) => context.skip(NO_CHROMIUM));

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerAsBusy } from "./answers.ts";
import { CHROMIUM, NO_CHROMIUM } from "./chromium.ts";
import { type OpenedConsole, openConsole } from "./opened-console.ts";

const NOW = Date.now();
const complete = { kind: "complete", file: { kind: "sample" } } as const;

describe.skipIf(CHROMIUM === undefined)("the pages about many jobs", () => {
  let opened: OpenedConsole;

  beforeAll(async () => {
    opened = await openConsole();
  });
  afterAll(() => opened.close());

  const statusOf = async (id: string) =>
    (await opened.served.call("getJob", { parameters: { videoModelId: id } })).body.status;

  /** A tab whose archiver has something to tell on every page. */
  async function busyTab(address: string) {
    const tab = await opened.tab("#/start");
    await answerAsBusy(tab.page, NOW);
    // The page had asked for them before.
    await tab.page.reload();
    await tab.goTo(address);
    return tab;
  }

  it("an empty list teaches how to begin, and follows ids that are pasted", async () => {
    const { page, complaints } = await opened.tab();
    await page.getByText("Let AKOOL call").waitFor();
    const ids = [0, 1].map(() => opened.akool.addJob({ queueMs: 0, processMs: 0, end: complete }));

    await page.getByLabel("Ids, in lines or with commas").fill(`${ids.join(",\n")}\nno`);
    await page.getByText("No id of AKOOL: no").waitFor();
    await page.getByRole("button", { name: "Follow 2 videos" }).click();
    await page.getByText("2 videos followed").waitFor();
    for (const id of ids) {
      await page.locator("tr.row", { hasText: id }).getByText("Archived").waitFor();
    }
    expect(complaints).toEqual([]);
  });

  it("the gallery shows first frames as they come into view, and saves several", async () => {
    const { page, complaints, elsewhere } = await opened.tab("#/gallery");
    const frames = page.locator(".frame video");
    await expect.poll(() => frames.count()).toBe(2);
    await expect
      .poll(() => page.evaluate('document.querySelector(".frame video")?.readyState'))
      .toBeGreaterThanOrEqual(1);

    for (const box of await page.getByRole("checkbox").all()) await box.check();
    let saved = 0;
    page.on("download", () => {
      saved += 1;
    });
    await page.getByRole("button", { name: "Download 2 videos" }).click();
    await expect.poll(() => saved).toBe(2);
    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  it("what expires counts down, videos first, with what stands in the way", async () => {
    const { page } = await busyTab("#/expiring");
    const lines = page.locator(".expiring li");
    await lines.nth(2).waitFor();

    const texts = await lines.allTextContents();
    expect(texts[0]).toMatch(/in 6 h.*expiring-soon-00001.*the address answers 404/s);
    expect(texts[1]).toContain("expiring-later-0002");
    expect(texts[2]).toMatch(/companions missing/);
  });

  it("a submission of unknown outcome is settled in place, with a warning about money", async () => {
    const settled: string[] = [];
    const { page } = await busyTab("#/needs-you");
    await page.route("**/settlement", (route) => {
      settled.push(route.request().postData() ?? "");
      return route.fulfill({ json: {} });
    });
    await page.getByText("order-4711").waitFor();
    await page.getByText("deletes these files within 48 hours").waitFor();

    await page.getByRole("button", { name: "There is none" }).click();
    await page.getByText("This is about money").waitFor();
    await page.getByRole("button", { name: "Release the key" }).click();
    await page.getByText("Settled: the key is free again").waitFor();
    await page.getByRole("button", { name: "It is there" }).click();
    await page.getByLabel("The video's _id at AKOOL").fill("689174694b4dbdd4ab3d28c9");
    await page.getByRole("button", { name: "Follow this video" }).click();
    await page.getByText("Settled: the video is followed").waitFor();

    expect(settled.map((body) => JSON.parse(body))).toEqual([
      { release: true },
      { videoModelId: "689174694b4dbdd4ab3d28c9" },
    ]);
  });

  it("a file that is dropped is shown, imported and reported", async () => {
    const { page, complaints } = await opened.tab("#/imports");
    const id = opened.akool.addJob({ queueMs: 0, processMs: 0, end: complete });
    await page.getByLabel("Drop a list here, or choose a file").setInputFiles({
      name: "list.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(`videoModelId,team\n${id},film\nnot/an/id,film\n`),
    });
    await page.getByText("read as text/csv, 3 lines").waitFor();
    await page.getByRole("button", { name: "Import it" }).click();

    await page.getByRole("heading", { name: "Import", exact: true }).waitFor();
    await page.getByRole("region", { name: "Outcomes" }).waitFor({ timeout: 60_000 });
    const fact = (name: string) =>
      page.locator(".fact", { hasText: name }).locator("dd").textContent();
    expect(await fact("Followed from now on")).toBe("1");
    expect(await fact("No job; see the report")).toBe("1");
    const link = page
      .getByRole("region", { name: "Report, a line each" })
      .getByRole("link")
      .first();
    expect(await link.getAttribute("href")).toContain(opened.served.ready.s3);
    await expect.poll(() => statusOf(id)).toBe("archived");
    expect(complaints).toEqual([]);
  });

  it("a file that is too large is told the command for it", async () => {
    const { page } = await opened.tab("#/imports");
    await page.getByLabel("Drop a list here, or choose a file").setInputFiles({
      name: "large.txt",
      mimeType: "text/plain",
      buffer: Buffer.alloc(1024 * 1024 + 1, "a"),
    });

    await page.getByText("npx akool-archiver import large.txt").waitFor();
  });

  it("spend is charted, with the table beside it, by day, product and tag", async () => {
    const { page, complaints } = await busyTab("#/spend?days=7");
    await page.locator(".chart canvas").waitFor();
    const rows = page.locator(".numbers tbody tr");
    await expect.poll(() => rows.count()).toBe(7);
    await page.getByRole("meter", { name: "Spent of the budget" }).waitFor();
    await page.getByText("AKOOL deletes the first of the missing files").waitFor();
    await page.getByText(/^1,234 credits are left at AKOOL, as it said .+ ago\.$/).waitFor();

    await page.getByRole("combobox", { name: "By", exact: true }).selectOption("product");
    await expect.poll(() => rows.first().textContent()).toContain("image+video+prompt");
    await page.getByRole("combobox", { name: "By", exact: true }).selectOption("tag");
    await expect.poll(() => rows.first().textContent()).toContain("film");
    expect(page.url()).toContain("by=tag%3Ateam");
    expect(complaints).toEqual([]);
  });

  it("an archiver without these routes is told of in one line", async () => {
    const { page, goTo } = await opened.tab("#/start");
    for (const route of ["**/summary", "**/ledger?*", "**/character-swaps?*", "**/imports?*"]) {
      await page.route(route, (one) =>
        one.fulfill({ status: 404, json: { message: "Not Found" } }),
      );
    }
    await page.reload();
    await goTo("#/spend");
    await page.getByText("This archiver does not tell what was spent yet").waitFor();
    await goTo("#/needs-you");
    await page.getByText("does not tell submissions of unknown outcome yet").waitFor();
    await goTo("#/imports");
    await page.getByText("does not tell earlier imports yet").waitFor();
    await goTo("#/expiring");
    await page.getByText("Nothing is at risk").waitFor();
  });

  it("the runbook is read, and an address without a page says so", async () => {
    const { page, goTo } = await opened.tab("#/runbook");
    await page.getByRole("link", { name: "archive_failed" }).click();
    await page.getByRole("heading", { level: 1, name: "archive_failed" }).waitFor();

    await goTo("#/nothing");
    await page.getByText("There is nothing at this address").waitFor();
  });
});

it.skipIf(CHROMIUM !== undefined)("cannot be shown here", (context) => context.skip(NO_CHROMIUM));

import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CHROMIUM, NO_CHROMIUM } from "./chromium.ts";
import { type OpenedConsole, openConsole } from "./opened-console.ts";
import { seededJob } from "./seeded-jobs.ts";
import type { Tab } from "./tab.ts";

const NOW = Date.now();
const FAILED = "failed-at-akool-0001";
const COPY_FAILED = "copy-failed-00000001";

const SEEDED = [
  seededJob({
    id: FAILED,
    status: "failed",
    acceptedAt: NOW - 3_600_000,
    tags: { team: "film" },
    akool: {
      file_name: "swap.mp4",
      prompt: "a cat",
      deduction_credit: 20,
      video: "https://x.test/a",
    },
    changes: {
      failure: { code: "AKOOL_FAILED", reason: "The face was not found", party: "job" },
    },
  }),
  seededJob({
    id: COPY_FAILED,
    status: "archive_failed",
    acceptedAt: NOW - 3_600_000,
    changes: {
      failure: { code: "SourceGone", reason: "the address answers 404", party: "source" },
    },
  }),
];

const complete = { kind: "complete", file: { kind: "sample" } } as const;

describe.skipIf(CHROMIUM === undefined)("the page of a job", () => {
  let opened: OpenedConsole;
  let archived: string;

  beforeAll(async () => {
    opened = await openConsole(SEEDED);
    archived = await archivedJob();
  });
  afterAll(() => opened.close());

  async function archivedJob(): Promise<string> {
    const id = opened.akool.addJob({ queueMs: 0, processMs: 0, end: complete });
    await opened.served.call("submitJob", { body: { videoModelId: id } });
    await vi.waitUntil(
      async () => {
        const { body } = await opened.served.call("getJob", { parameters: { videoModelId: id } });
        return body.status === "archived";
      },
      { timeout: 60_000, interval: 200 },
    );
    return id;
  }

  async function atJob(id: string): Promise<Tab> {
    return opened.tab(`#/jobs/${id}`);
  }

  it("plays the video from the bucket, and tells what it is and where it lies", async () => {
    const { page, complaints, elsewhere } = await atJob(archived);

    const video = page.locator("video");
    await video.waitFor();
    expect(await video.getAttribute("preload")).toBe("metadata");
    expect(await video.getAttribute("src")).toContain(opened.served.ready.s3);
    await expect
      .poll(() => page.evaluate('document.querySelector("video")?.readyState'))
      .toBeGreaterThanOrEqual(1);
    await page.evaluate(`
      document.querySelector("video").muted = true;
      document.querySelector("video").play();
    `);
    await expect
      .poll(() => page.evaluate('document.querySelector("video").currentTime'))
      .toBeGreaterThan(0);
    await page.getByText(`s3://`).first().waitFor();
    await page.getByRole("region", { name: "The file" }).getByText("mp4").waitFor();
    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  it("has the browser save the video", async () => {
    const { page } = await atJob(archived);

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const saved = await readFile(await (await download).path());
    expect(saved.subarray(4, 8).toString()).toBe("ftyp");
    expect(page.url()).toContain(`#/jobs/${archived}`);
  });

  it("shows the timeline, with how long each status lasted", async () => {
    const { page } = await atJob(FAILED);

    const timeline = page.getByRole("region", { name: "Timeline" });
    await expect
      .poll(() => timeline.locator(".chip").allTextContents())
      .toEqual(["Accepted", "Queueing", "Processing", "Copying", "Failed"]);
    expect(await timeline.getByText("1 min", { exact: true }).count()).toBeGreaterThan(1);
  });

  it("says why it failed, who has to act, and leads to the runbook", async () => {
    const { page } = await atJob(FAILED);

    const advice = page.getByRole("region", { name: "What stands in the way" });
    await advice.getByText("The face was not found").waitFor();
    await advice.getByText("To act: you.").waitFor();
    await advice.getByRole("link", { name: /In the runbook/ }).click();
    await page
      .getByRole("heading", { level: 1, name: "What a status means and what to do" })
      .waitFor();
    await page.getByText("AKOOL's verdict").waitFor();
  });

  it("shows AKOOL's answer folded, and makes no link of what is in it", async () => {
    const { page } = await atJob(FAILED);

    await page.getByText("AKOOL's last answer").click();
    await page.locator("pre.answer").getByText("https://x.test/a").waitFor();
    expect(await page.locator('a[href*="x.test"]').count()).toBe(0);
  });

  it("begins a job again with its one button, and goes on by itself", async () => {
    const { page } = await atJob(COPY_FAILED);

    const advice = page.getByRole("region", { name: "What stands in the way" });
    await advice.getByText("To act: AKOOL.").waitFor();
    await advice.getByRole("button", { name: "Retry" }).click();
    await page.getByText("It is followed again").waitFor();
    // The simulator does not know it.
    await page.getByText("polls, attempt 2").waitFor();
  });

  it("stops following after a question", async () => {
    const id = opened.akool.addJob({ queueMs: 600_000, processMs: 0, end: complete });
    await opened.served.call("submitJob", { body: { videoModelId: id } });
    const { page } = await atJob(id);

    await page.getByRole("button", { name: "Stop following" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("it goes on there, and is charged").waitFor();
    await dialog.getByRole("button", { name: "Go on following" }).click();
    await page.getByRole("button", { name: "Stop following" }).click();
    await dialog.getByRole("button", { name: "Stop following" }).click();
    await page.locator(".job-line").getByText("Cancelled").waitFor();
  });

  it("says so where there is no such job", async () => {
    const { page } = await atJob("nobody-knows-this-0");

    await page.getByText("The archiver does not follow this video").waitFor();
  });
});

it.skipIf(CHROMIUM !== undefined)("cannot be shown here", (context) => context.skip(NO_CHROMIUM));

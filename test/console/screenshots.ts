/**
 * `npm run screenshots`: every page of the console, light and dark, into `screenshots/`; and the two
 * of the README into `docs/images/`.
 */
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { createArchiver } from "@akool-archiver/client";
import type { Job } from "#domain/job/job.ts";
import type { JobStatus } from "#domain/job/job-status.ts";
import { startServing } from "../e2e/serving-process.ts";
import { answerInPage } from "./answers.ts";
import { startChromium } from "./chromium.ts";
import { seed, seededJob } from "./seeded-jobs.ts";
import { openTab, type Ready } from "./tab.ts";

const TARGET = "screenshots";
const README = "docs/images";
const MINUTE = 60_000;
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** By the name of the file, with the address; `{id}` is an archived job's. */
const PAGES: Readonly<Record<string, string>> = {
  jobs: "#/jobs",
  job: "#/jobs/{id}",
  trouble: "#/jobs/screenshot-000007",
  gallery: "#/gallery",
  expiring: "#/expiring",
  "needs-you": "#/needs-you",
  imports: "#/imports",
  spend: "#/spend?days=30",
  start: "#/start",
  runbook: "#/runbook/archive_failed",
};

const SUBJECTS = [
  "harbour at dawn",
  "the violinist",
  "spring campaign, cut 3",
  "product tour (Deutsch)",
  "keynote opener",
  "trailer, vertical",
  "interview with Dr. Ahn",
  "market square",
];

const STATUSES: readonly JobStatus[] = [
  "archived",
  "archived",
  "failed",
  "archived",
  "timed_out",
  "archived",
  "cancelled",
  "archive_failed",
];

function examples(now: number): Job[] {
  return Array.from({ length: 60 }, (_, index) => {
    const status = STATUSES[index % STATUSES.length] ?? "archived";
    const isTranslation = index % 3 === 1;
    return seededJob({
      id: `screenshot-${String(index).padStart(6, "0")}`,
      status,
      acceptedAt: now - (9 + index * 7) * MINUTE,
      tags: { team: ["film", "ads", "social"][index % 3] ?? "film", project: "spring" },
      akool: {
        file_name: `${SUBJECTS[index % SUBJECTS.length]}.mp4`,
        prompt: "Smooth character animation with natural movement",
        deduction_credit: 20 - (index % 5),
        ...(isTranslation && { type: 8, from: 2 }),
      },
      changes: failureOf(status),
    });
  });
}

function failureOf(status: JobStatus): Partial<Job> {
  if (status === "failed") {
    const reason = "Failed to process the video. Please check your input resources.";
    return { failure: { code: "AKOOL_FAILED", reason, party: "job" } };
  }
  if (status !== "archive_failed") return {};
  const reason = "the source answered 404 to the last of 5 attempts";
  return { failure: { code: "SourceGone", reason, party: "source" } };
}

/** Jobs at the simulator: some that are archived, for the player and the gallery, and some under way. */
async function liveJobs(akool: AkoolSimulator, api: string): Promise<string> {
  const archiver = createArchiver({ url: api });
  const end = { kind: "complete", file: { kind: "sample" } } as const;
  for (const processMs of [600_000, 600_000]) {
    const running = akool.addJob({ queueMs: 0, processMs, end });
    await archiver.submitJob({ videoModelId: running, tags: { team: "film" } });
  }
  const ids = Array.from({ length: 4 }, () =>
    akool.addJob({ queueMs: 2_000, processMs: 3_000, end }),
  );
  for (const videoModelId of ids) {
    await archiver.submitJob({ videoModelId, tags: { team: "film", project: "spring" } });
  }
  for (const id of ids) await archiver.waitUntilArchived(id);
  return ids[0] ?? "";
}

async function takeAll(ready: Ready, id: string): Promise<void> {
  const browser = await startChromium();
  const now = Date.now();
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [size, viewport] of Object.entries({ "": DESKTOP, "-phone": PHONE })) {
      const options = { colorScheme, viewport, reducedMotion: "reduce" } as const;
      const { page, goTo } = await openTab(browser, ready, "#/start", options);
      await answerInPage(page, now);
      await page.reload();
      for (const [name, address] of Object.entries(PAGES)) {
        await goTo(address.replace("{id}", id));
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page
          .waitForFunction(
            '[...document.querySelectorAll("video")].every((it) => it.readyState > 1)',
          )
          .catch(() => {});
        // Frames of videos are drawn a little after they are there.
        await sleep(1_200);
        await page.screenshot({ path: join(TARGET, `${name}${size}-${colorScheme}.png`) });
      }
      await page.context().close();
    }
  }
  await browser.close();
}

const data = await mkdtemp(join(tmpdir(), "screenshots-"));
await mkdir(TARGET, { recursive: true });
await mkdir(README, { recursive: true });
await seed(data, examples(Date.now()));
const akool = await startAkoolSimulator();
const serving = startServing(data, akool.baseUrl);
try {
  const ready = await serving.ready();
  await takeAll(ready, await liveJobs(akool, ready.api));
} finally {
  await serving.stop();
  await akool.close();
  await rm(data, { recursive: true });
}
await copyFile(join(TARGET, "jobs-light.png"), join(README, "console-jobs.png"));
await copyFile(join(TARGET, "trouble-dark.png"), join(README, "console-job.png"));
console.log(`screenshots: ${TARGET}/, and two of them in ${README}/`);

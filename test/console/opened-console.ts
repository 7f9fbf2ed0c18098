import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AkoolSimulator,
  defaultApiKey,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import type { Browser, BrowserContextOptions } from "playwright-core";
import type { Job } from "#domain/job/job.ts";
import { type Served, serveWith } from "../e2e/served.ts";
import { startChromium } from "./chromium.ts";
import { seed } from "./seeded-jobs.ts";
import { openTab, type Tab } from "./tab.ts";

/** `npm start -- serve` with its simulator, and a browser. */
export interface OpenedConsole {
  akool: AkoolSimulator;
  served: Served;
  browser: Browser;
  /** A browser's tab that has exchanged a token, at one of the console's pages. */
  tab(address?: string, options?: BrowserContextOptions): Promise<Tab>;
  close(): Promise<void>;
}

/** @param jobs that are there already */
export async function openConsole(jobs: readonly Job[] = []): Promise<OpenedConsole> {
  const data = await mkdtemp(join(tmpdir(), "console-"));
  if (jobs.length > 0) await seed(data, jobs);
  const akool = await startAkoolSimulator();
  const served = await serveWith(akool, defaultApiKey, {}, data);
  const browser = await startChromium();
  return {
    akool,
    served,
    browser,
    tab: (address = "#/jobs", options = {}) => openTab(browser, served.ready, address, options),
    async close() {
      await browser.close();
      await served.close();
      await akool.close();
    },
  };
}

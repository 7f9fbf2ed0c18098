import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach } from "vitest";
import { askAbout, dataOf } from "../src/client.ts";
import type { ResultFile } from "../src/result-file.ts";
import { type AkoolSimulator, startAkoolSimulator } from "../src/simulator.ts";
import { sampleVideoPath } from "../src/video-content.ts";

/** When the jobs of AKOOL's samples were created, in epoch milliseconds. */
export const createTime = 1754362985482;

/** The clock of the simulator, in epoch milliseconds. */
export const clock = { ms: createTime };

/** A new one for each test. */
export let simulator: AkoolSimulator;

/** Starts a simulator for each test of the file, at this time. */
export function simulateEachTest(start = createTime): void {
  beforeEach(async () => {
    clock.ms = start;
    simulator = await startAkoolSimulator({ now: () => clock.ms });
  });
  afterEach(() => simulator.close());
}

export const sampleVideo = readFileSync(sampleVideoPath);

/** Adds a job that is complete at once. */
export function completedJob(file: ResultFile): string {
  return simulator.addJob({ queueMs: 0, processMs: 0, end: { kind: "complete", file } });
}

/** The link of a completed job's result, as the API gives it out now. */
export async function videoOf(id: string): Promise<string> {
  return String((await dataOf(askAbout(simulator, id))).video);
}

export const resultUrl = (file: ResultFile) => videoOf(completedJob(file));

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobScript } from "@akool-archiver/akool-simulator/job-script.ts";
import {
  type AkoolSimulator,
  defaultApiKey,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Served, serveWith } from "./served.ts";

const SOON = { timeout: 100_000, interval: 100 };
const FIRST = {
  VIDEO_KEY_TEMPLATE: "{yyyy}/{tag.team}/{file_name}={videoModelId}",
  VIDEO_OBJECT_TAGS: "team,project",
};
const SECOND = { VIDEO_KEY_TEMPLATE: "redeployed/{videoModelId}" };
const YEAR = String(new Date().getUTCFullYear());

const complete = { kind: "complete", file: { kind: "sample" } } as const;
const slow = { kind: "complete", file: { kind: "slow", bytesPerSecond: 150_000 } } as const;

let akool: AkoolSimulator;
let served: Served;

beforeAll(async () => {
  akool = await startAkoolSimulator();
  served = await serveWith(akool, defaultApiKey, FIRST);
});
afterAll(async () => {
  expect(await served.close()).toBe(0);
  await akool.close();
});

const job = (script: Partial<JobScript> = {}) =>
  akool.addJob({ queueMs: 0, processMs: 0, end: complete, ...script });
const submit = (videoModelId: string, team: string) =>
  served.call("submitJob", { body: { videoModelId, tags: { team } } });
const read = async (videoModelId: string) =>
  (await served.call("getJob", { parameters: { videoModelId } })).body;

async function untilStatus(videoModelId: string, status: string) {
  await vi.waitUntil(async () => (await read(videoModelId))?.status === status, SOON);
}

async function untilDownloading(requests: number) {
  const downloads = () => akool.requests().filter(({ url }) => url.includes(".mp4")).length;
  await vi.waitUntil(() => downloads() > requests, SOON);
}

const files = async (id: string) =>
  (await readdir(served.videos, { recursive: true })).filter((name) => name.includes(id));

describe("a template for keys", () => {
  it("names the files, which are linked to, and whose objects have the chosen tags", async () => {
    const id = job();
    await submit(id, "Film/ünit");
    await untilStatus(id, "archived");

    const { key } = (await read(id)).video;
    const { headers } = await served.call("getVideo", { parameters: { videoModelId: id } });
    const link = new URL(headers.get("location") ?? "");

    expect(key).toMatch(new RegExp(`^${YEAR}/Film_ünit/[^/.]+=${id}\\.mp4$`));
    const stored = await readFile(join(served.videos, key));
    expect(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(stored)).toBe(true);
    for (const suffix of [".mp4", ".json"]) {
      const tagging = new URL(link.pathname.replace(/\.mp4$/, suffix), link.origin);
      tagging.search = "tagging";
      expect(await (await fetch(tagging)).text()).toContain(
        "<Tag><Key>team</Key><Value>Film/ünit</Value></Tag></TagSet>",
      );
    }
  });

  it("is where a cancelled copy is deleted", async () => {
    const before = akool.requests().filter(({ url }) => url.includes(".mp4")).length;
    const id = job({ end: slow });
    await submit(id, "film");
    await untilStatus(id, "completed");
    await untilDownloading(before);

    await served.call("cancelJob", { parameters: { videoModelId: id } });

    expect((await read(id)).status).toBe("cancelled");
    // The copy runs to its end, finds the job cancelled, and takes its objects back.
    await vi.waitFor(async () => expect(await files(id)).toEqual([]), SOON);
  });

  it("that another one has replaced stays that of a copy which had begun", async () => {
    const before = akool.requests().filter(({ url }) => url.includes(".mp4")).length;
    const id = job({ end: slow });
    await submit(id, "film");
    await untilStatus(id, "completed");
    await untilDownloading(before);
    expect(await served.stop()).toBe(0);
    served = await serveWith(akool, defaultApiKey, SECOND, served.data);
    const later = job();
    await submit(later, "film");
    await untilStatus(later, "archived");
    await untilStatus(id, "archived");

    const [resumed, fresh] = [(await read(id)).video.key, (await read(later)).video.key];

    expect(resumed).toMatch(new RegExp(`^${YEAR}/film/[^/.]+=${id}\\.mp4$`));
    expect(fresh).toBe(`redeployed/${later}.mp4`);
    expect(existsSync(join(served.videos, resumed))).toBe(true);
    expect((await files(id)).toSorted()).toEqual([resumed.replace(/mp4$/, "json"), resumed]);
  });
});

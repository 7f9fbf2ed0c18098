import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import type { JobScript } from "@akool-archiver/akool-simulator/job-script.ts";
import {
  type AkoolSimulator,
  defaultApiKey,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { resultSha256 } from "@akool-archiver/akool-simulator/video-content.ts";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { synthesize } from "#local/stack/synthesize.ts";
import { type Json, type Served, serveWith } from "./served.ts";

const complete = { kind: "complete", file: { kind: "sample" } } as const;
const SOON = { timeout: 100_000, interval: 100 };

let akool: AkoolSimulator;
let served: Served;

beforeAll(async () => {
  akool = await startAkoolSimulator();
  served = await serveWith(akool, defaultApiKey);
});
afterAll(async () => {
  expect(await served.close()).toBe(0);
  await akool.close();
});

const job = (script: Partial<JobScript> = {}) =>
  akool.addJob({ queueMs: 0, processMs: 0, end: complete, ...script });
const submit = (videoModelId: string, more: object = {}) =>
  served.call("submitJob", { body: { videoModelId, ...more } });
const read = (videoModelId: string) => served.call("getJob", { parameters: { videoModelId } });

async function untilStatus(videoModelId: string, status: string) {
  await vi.waitUntil(async () => (await read(videoModelId)).body?.status === status, SOON);
}

/** Statuses of a job in the order in which they were published. */
async function published(videoModelId: string): Promise<string[]> {
  const { events }: Json = await (await fetch(`${served.ready.api}/_local/events`)).json();
  return events
    .map(({ detail }: { detail: { videoModelId: string; status: string } }) => detail)
    .filter((detail: { videoModelId: string }) => detail.videoModelId === videoModelId)
    .map(({ status }: { status: string }) => status);
}

describe("a client that knows only openapi.json", () => {
  it("submits, lists, reads, and downloads the very bytes of the source", async () => {
    const id = job();

    const submitted = await submit(id, { tags: { team: "film" } });
    await untilStatus(id, "archived");
    const listed = await served.call("listJobs", { query: { tag: "team:film" } });
    const video = await served.call("getVideo", { parameters: { videoModelId: id } });
    const download = await fetch(video.headers.get("location") ?? "");

    expect(submitted.status).toBe(202);
    expect(submitted.headers.get("location")).toBe(`/jobs/${id}`);
    expect(listed.body.jobs.map((found: { videoModelId: string }) => found.videoModelId)).toEqual([
      id,
    ]);
    expect(video.status).toBe(302);
    expect(download.headers.get("content-type")).toBe("video/mp4");
    expect(download.headers.get("content-disposition")).toContain("attachment; filename=");
    const bytes = Buffer.from(await download.arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(
      await resultSha256({ kind: "sample" }),
    );
    await vi.waitFor(
      async () => expect(await published(id)).toEqual(["accepted", "completed", "archived"]),
      SOON,
    );
  });

  it("cancels a job that waits: its execution ends and the event is published", async () => {
    const id = job({ end: { kind: "never" } });
    await submit(id);
    await untilStatus(id, "processing");

    const cancelled = await served.call("cancelJob", { parameters: { videoModelId: id } });

    expect(cancelled).toMatchObject({ status: 200, body: { status: "cancelled" } });
    expect(cancelled.body.note).toContain("AKOOL");
    await vi.waitUntil(async () => (await published(id)).includes("cancelled"), SOON);
    const calls = akool.calls(id);
    expect((await read(id)).body.status).toBe("cancelled");
    expect(akool.calls(id)).toBe(calls);
  });

  it("cancels a job that is being archived: no object is left", async () => {
    const file = { kind: "slow", bytesPerSecond: 150_000 } as const;
    const id = job({ end: { kind: "complete", file } });
    await submit(id);
    await untilStatus(id, "completed");

    await served.call("cancelJob", { parameters: { videoModelId: id } });

    await vi.waitUntil(async () => (await published(id)).includes("cancelled"), SOON);
    await vi.waitUntil(async () => akool.requests().some(({ url }) => url.includes(".mp4")), SOON);
    expect((await read(id)).body.status).toBe("cancelled");
    // The copy runs to its end, finds the job cancelled, and takes its object back.
    await vi.waitFor(async () => {
      const names = await readdir(served.videos);
      expect(names.filter((name) => name.startsWith(id))).toEqual([]);
    }, SOON);
  });

  it("is refused a cancel after the end, and may retry what was cancelled", async () => {
    const id = job();
    await submit(id);
    await untilStatus(id, "archived");
    const late = await served.call("cancelJob", { parameters: { videoModelId: id } });
    const other = job({ queueMs: 3_000 });
    await submit(other);
    await served.call("cancelJob", { parameters: { videoModelId: other } });

    const again = await served.call("retryJob", { parameters: { videoModelId: other } });
    await untilStatus(other, "archived");

    expect(late).toMatchObject({ status: 409, body: { jobStatus: "archived" } });
    expect(again).toMatchObject({ status: 202, body: { attempt: 2 } });
  });

  it("submits one id two hundred times at once and starts one execution", {
    tags: ["long"],
  }, async () => {
    const id = job();

    const answers = await Promise.all(Array.from({ length: 200 }, () => submit(id)));
    await untilStatus(id, "archived");

    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(199).fill(200), 202]);
    expect((await read(id)).body.attempt).toBe(1);
    await vi.waitUntil(async () => (await published(id)).includes("archived"), SOON);
    expect((await published(id)).filter((status) => status === "archived")).toHaveLength(1);
  });

  it("creates one swap two hundred times at once and is charged once", {
    tags: ["long"],
  }, async () => {
    const body = { image: "https://example.com/a.png", video: "https://example.com/b.mp4" };
    const headers = { "idempotency-key": "two-hundred" };

    const answers = await Promise.all(
      Array.from({ length: 200 }, () => served.call("createCharacterSwap", { body, headers })),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer.body.job.videoModelId)).size).toBe(1);
    const creations = akool.requests().filter(({ url }) => url.includes("characterSwap/create"));
    expect(creations).toHaveLength(1);
  });
});

describe("the event bus", () => {
  async function request(detail: object) {
    const assembly = await synthesize();
    const client = new EventBridgeClient({
      endpoint: served.ready.eventBridge,
      region: "us-east-1",
      credentials: { accessKeyId: "t", secretAccessKey: "t" },
    });
    await client.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: "my.app",
            DetailType: "Video Job Requested",
            EventBusName: assembly.eventBus.name,
            Detail: JSON.stringify(detail),
          },
        ],
      }),
    );
    client.destroy();
  }

  it("takes a request in, and the video is archived", async () => {
    const id = job();

    await request({ videoModelId: id, tags: { by: "event" } });
    await untilStatus(id, "archived");

    expect((await read(id)).body.tags).toEqual({ by: "event" });
    expect(await readdir(served.videos)).toContain(`${id}.mp4`);
  });

  it("shows every event as a line", () => {
    const events = served.lines.filter(({ type }) => type === "event");

    expect(events.length).toBeGreaterThan(0);
    expect(served.lines.filter(({ type }) => type === "error")).toEqual([]);
  });
});

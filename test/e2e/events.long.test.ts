import { readFileSync } from "node:fs";
import {
  type AkoolSimulator,
  defaultApiKey,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { synthesize } from "#local/stack/synthesize.ts";
import { type Json, type Served, serveWith } from "./served.ts";

const complete = { kind: "complete", file: { kind: "sample" } } as const;
const SOON = { timeout: 100_000, interval: 100 };
const SCHEMA = new URL("../../schemas/video-job-status-change.json", import.meta.url);

let akool: AkoolSimulator;
let served: Served;
let bus: EventBridgeClient;
let busName: string;

beforeAll(async () => {
  akool = await startAkoolSimulator();
  served = await serveWith(akool, defaultApiKey);
  busName = (await synthesize()).eventBus.name;
  bus = new EventBridgeClient({
    endpoint: served.ready.eventBridge,
    region: "us-east-1",
    credentials: { accessKeyId: "t", secretAccessKey: "t" },
  });
});
afterAll(async () => {
  bus.destroy();
  await served.close();
  await akool.close();
});

/** What `aws events put-events --endpoint-url …` sends. */
async function request(detail: unknown): Promise<number | undefined> {
  const { FailedEntryCount } = await bus.send(
    new PutEventsCommand({
      Entries: [
        {
          Source: "my.app",
          DetailType: "Video Job Requested",
          EventBusName: busName,
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  return FailedEntryCount;
}

/** What the service has published of a job, in this order. */
async function statusChanges(videoModelId: string): Promise<Json[]> {
  const { events }: Json = await (await fetch(`${served.ready.api}/_local/events`)).json();
  return events.filter(
    (event: Json) =>
      event["detail-type"] === "Video Job Status Change" &&
      event.detail.videoModelId === videoModelId,
  );
}

const statusOf = async (videoModelId: string) =>
  (await served.call("getJob", { parameters: { videoModelId } })).body.status;

/** Long enough in every status to be seen there by a poll every second. */
const slowJob = () => akool.addJob({ queueMs: 2_500, processMs: 2_500, end: complete });

describe("an event on the bus", () => {
  it("starts a job, and each change of its status comes out exactly once, by its schema", async () => {
    const id = slowJob();
    const validate = new Ajv2020({ validateFormats: false }).compile(
      JSON.parse(readFileSync(SCHEMA, "utf8")),
    );

    const failedEntries = await request({ videoModelId: id, tags: { by: "event" } });
    await vi.waitUntil(async () => (await statusChanges(id)).length >= 5, SOON);
    // A repetition would have come out by the time that a whole other job has.
    const later = akool.addJob({ queueMs: 0, processMs: 0, end: complete });
    await request({ videoModelId: later });
    await vi.waitUntil(async () => (await statusChanges(later)).length >= 3, SOON);

    expect(failedEntries).toBe(0);
    const changes = await statusChanges(id);
    expect(changes.map(({ detail }) => [detail.previousStatus, detail.status])).toEqual([
      [null, "accepted"],
      ["accepted", "queueing"],
      ["queueing", "processing"],
      ["processing", "completed"],
      ["completed", "archived"],
    ]);
    expect(new Set(changes.map(({ detail }) => detail.eventId)).size).toBe(changes.length);
    for (const { source, detail } of changes) {
      expect(source).toBe("akool.video-archiver");
      expect(validate(detail), JSON.stringify(validate.errors)).toBe(true);
      expect(detail.tags).toEqual({ by: "event" });
    }
    const { body: job } = await served.call("getJob", { parameters: { videoModelId: id } });
    expect(job.timeline.map(({ status }: Json) => status)).toEqual(
      changes.map(({ detail }) => detail.status),
    );
  });

  it("starts nothing when it is malformed", async () => {
    const ids = Array.from({ length: 4 }, slowJob);
    const malformed = [
      { videoModelId: ids[0], deadlineHours: -1 },
      { videoModelId: ids[1], tags: { by: 1 } },
      { videoModelId: ids[2], tags: "event" },
      { VideoModelId: ids[3] },
      { videoModelId: "../escape" },
      {},
    ];
    const wellFormed = slowJob();

    for (const detail of malformed) expect(await request(detail)).toBe(0);
    // What was put on the bus later has come to its end: so have the refusals.
    await request({ videoModelId: wellFormed });
    await vi.waitUntil(async () => (await statusOf(wellFormed)) === "archived", SOON);

    for (const id of ids) {
      const read = await served.call("getJob", { parameters: { videoModelId: id } });
      expect(read.status).toBe(404);
      expect(await statusChanges(id)).toEqual([]);
      expect(akool.calls(id)).toBe(0);
    }
    expect(served.lines.filter(({ type }) => type === "error")).toEqual([]);
  });
});

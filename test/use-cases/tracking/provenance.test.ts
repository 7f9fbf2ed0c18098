import { readFileSync } from "node:fs";
import { dynaliteTable, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_SIZING } from "#archive/upload/part-plan.ts";
import type { Observation } from "#domain/job/observation.ts";
import { media } from "#test/archive/content/media.ts";
import {
  BUCKET,
  type CopyFixture,
  checksumOf,
  copyFixture,
} from "#test/archive/copy/copy-fixture.ts";
import { type RangedOrigin, rangedOrigin } from "#test/archive/source/ranged-origin.ts";
import { completedJob, EXECUTION, OBSERVATIONS } from "#test/support/jobs.ts";
import { PLAIN_STORAGE } from "#test/support/key-template.ts";
import { testDependencies } from "#test/support/tracking.ts";
import { archiveJob } from "#use-cases/tracking/archive-job.ts";

const SCHEMA = new URL("../../../schemas/sidecar-v1.json", import.meta.url);
const isOfSchema = new Ajv2020({ validateFormats: false }).compile(
  JSON.parse(readFileSync(SCHEMA, "utf8")),
);
const VIDEO = media("moov-first.mp4");

let table: TestStore;
let fixture: CopyFixture;
let origin: RangedOrigin;
let counter = 0;

beforeAll(async () => {
  table = await dynaliteTable();
  fixture = await copyFixture();
  origin = await rangedOrigin({ bytes: VIDEO, etag: '"one"' });
  origin.interfere = (request, response) => {
    const isGone = request.url?.startsWith("/gone") === true;
    if (isGone) response.writeHead(404).end();
    return isGone;
  };
});
afterAll(async () => {
  await origin.close();
  await fixture.close();
  await table.close();
});

/** Archives the video at an address with the real copier; what was asked of the store, and its sidecar. */
async function archived(path: string, answer?: (fresh: string) => Observation) {
  const videoModelId = `provenance-${counter++}`;
  const s3 = fixture.newClient();
  const requests: string[] = [];
  s3.middlewareStack.add(
    (next, context) => (args) => {
      requests.push(String(context.commandName));
      return next(args);
    },
    { step: "initialize" },
  );
  const base = testDependencies(table);
  if (answer) base.answers.push(answer(`${origin.origin}/fresh.mp4`));
  const video = `${origin.origin}${path}`;
  const akool = { _id: videoModelId, video, video_duration: 0.8, resolution: "480p" };
  await base.store.create({ ...completedJob(), videoModelId, akool });
  const copier = fixture.copier(origin.origin, { s3, sizing: DEFAULT_SIZING });
  const subtitles = { copySubtitles: () => Promise.reject(new Error("there are none")) };
  const storage = { bucket: BUCKET, ...PLAIN_STORAGE };
  const dependencies = { ...base, ...storage, copier, subtitles, copyTimeoutMs: 10_000, s3 };

  await archiveJob(
    { ...dependencies, archiverVersion: "1.2.3" },
    { request: { videoModelId }, execution: EXECUTION },
  ).catch(() => {});

  const job = await base.store.get(videoModelId);
  const key = (job?.archive ?? job?.doubtful)?.key.replace(/\.\w+$/, ".json");
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: String(key) }));
  const sidecar: unknown = JSON.parse((await Body?.transformToString()) ?? "");
  return { job, sidecar, requests: requests.filter((name) => name !== "GetObjectCommand") };
}

describe("the sidecar of a video that a real copy has archived", () => {
  it("is of its schema, and tells of the very file that is stored", async () => {
    const { job, sidecar } = await archived("/a.mp4?Signature=5f2e9c1a");

    expect(isOfSchema(sidecar), JSON.stringify(isOfSchema.errors)).toBe(true);
    const { archivedAt: storedAt, ...file } = job?.archive ?? {};
    expect(sidecar).toMatchObject({
      schemaVersion: "1",
      archiverVersion: "1.2.3",
      files: [
        { ...file, role: "video", storedAt, bytes: VIDEO.length, checksum: checksumOf(VIDEO) },
      ],
      trail: {
        copyRun: 1,
        sources: [{ url: `${origin.origin}/a.mp4`, outcome: "stored" }],
        timeline: [{ status: "accepted" }, { status: "completed" }],
      },
    });
    expect(job?.archive?.comparison).toEqual([
      { property: "durationSeconds", found: 0.8, told: 0.8, agrees: true },
      { property: "resolution", found: 48, told: 480, agrees: false },
    ]);
    expect(JSON.stringify(sidecar)).not.toContain("5f2e9c1a");
  });

  it("costs the store no more than it did: video and sidecar are two requests", async () => {
    expect((await archived("/a.mp4")).requests).toEqual(["PutObjectCommand", "PutObjectCommand"]);
  });

  it("names every address that was tried, and why the first was not it", async () => {
    const { sidecar } = await archived("/gone.mp4?Signature=5f2e9c1a", (videoUrl) => ({
      ...OBSERVATIONS.completed,
      akool: { video: videoUrl },
      videoUrl,
    }));

    expect(sidecar).toMatchObject({
      trail: {
        sources: [
          { url: `${origin.origin}/gone.mp4`, outcome: "SourceGone", detail: expect.any(String) },
          { url: `${origin.origin}/fresh.mp4`, outcome: "stored" },
        ],
      },
    });
  });

  it("is there for a file that is certainly cut, too, and says so", async () => {
    const whole = origin.file;
    origin.file = { bytes: VIDEO.subarray(0, -100), etag: '"cut"' };
    const { job, sidecar } = await archived("/a.mp4", () => OBSERVATIONS.not_found);
    origin.file = whole;

    expect(isOfSchema(sidecar), JSON.stringify(isOfSchema.errors)).toBe(true);
    expect(sidecar).toMatchObject({
      archiverVersion: "1.2.3",
      files: [
        {
          role: "partial_video",
          key: job?.doubtful?.key,
          bytes: VIDEO.length - 100,
          storedAt: job?.doubtful?.keptAt,
          doubts: job?.doubtful?.doubts,
        },
      ],
      trail: { sources: [{ outcome: "SourceIncomplete", detail: expect.any(String) }] },
    });
  });
});

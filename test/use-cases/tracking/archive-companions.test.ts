import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CompanionFiles } from "@akool-archiver/akool-simulator/result-file.ts";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { sampleVideoPath } from "@akool-archiver/akool-simulator/video-content.ts";
import { dynaliteTable, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { BUCKET, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import { GetObjectTaggingCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAkoolClient } from "#akool/client.ts";
import { createSubtitlesCopier } from "#archive/copy/copy-subtitles.ts";
import { createVideoCopier } from "#archive/copy/copy-video.ts";
import { downloadPolicy } from "#archive/source/download-guard.ts";
import type { Job } from "#domain/job/job.ts";
import { conclude, observe } from "#domain/job/transition.ts";
import { acceptedJob, EXECUTION, HOUR, START } from "#test/support/jobs.ts";
import { keyTemplate, PLAIN_STORAGE } from "#test/support/key-template.ts";
import {
  type TestDependencies,
  testDependencies,
  withInterference,
} from "#test/support/tracking.ts";
import { type ArchiveDependencies, archiveJob } from "#use-cases/tracking/archive-job.ts";

const MINUTE = 60_000;
const ORIGINAL = "1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\n\r\n";
const TRANSLATED = "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nこんにちは\r\n\r\n";
const NO_CAPTIONS = { kind: "generated", bytes: 70_000 } as const;

const ALL: CompanionFiles = {
  original_srt: { file: { kind: "text", body: ORIGINAL } },
  translated_srt: { file: { kind: "text", body: TRANSLATED, contentType: "text/plain" } },
  no_caption_video: { file: NO_CAPTIONS },
};
const GONE = { file: { kind: "status", status: 404 } } as const;

let table: TestStore;
let objects: S3Fixture;
let akool: AkoolSimulator;
let base: TestDependencies;
let dependencies: ArchiveDependencies;
let videoModelId: string;
const clock = { now: START };

beforeAll(async () => {
  table = await dynaliteTable();
  objects = await s3Fixture();
  akool = await startAkoolSimulator({ now: () => clock.now });
});
afterAll(async () => {
  await akool.close();
  await objects.close();
  await table.close();
});
beforeEach(() => {
  clock.now = START;
  base = testDependencies(table);
  const source = {
    s3: objects.client,
    policy: downloadPolicy("", akool.baseUrl),
    maxBytes: 1e9,
    retryDelayMs: () => 1,
  };
  dependencies = {
    ...base,
    now: () => clock.now,
    akool: createAkoolClient({
      baseUrl: akool.baseUrl,
      credentials: {
        apiKey: async () => "simulator-key-24-bytes!!",
        freshApiKey: async () => "simulator-key-24-bytes!!",
      },
      repeatAfterMs: 1,
    }),
    copier: createVideoCopier(source),
    subtitles: createSubtitlesCopier(source),
    copyTimeoutMs: 60_000,
    s3: objects.client,
    bucket: BUCKET,
    ...PLAIN_STORAGE,
    archiverVersion: "0.1.0",
  };
});

/** A translation that AKOOL has just finished, on record as the poll has left it. */
async function finished(companions: CompanionFiles): Promise<void> {
  videoModelId = akool.addJob({
    queueMs: 0,
    processMs: 0,
    end: { kind: "complete", file: { kind: "sample" }, companions },
  });
  const observation = await dependencies.akool.poll(videoModelId);
  const job = { ...observe(acceptedJob(), observation, clock.now), videoModelId };
  await base.store.create(job);
}

const archive = (using: ArchiveDependencies = dependencies) =>
  archiveJob(using, { request: { videoModelId }, execution: EXECUTION });

async function record(): Promise<Job> {
  const job = await base.store.get(videoModelId);
  if (job === undefined) throw new Error("not on record");
  return job;
}

const states = async () =>
  Object.fromEntries(((await record()).companions ?? []).map(({ role, state }) => [role, state]));
const stored = (ending: string) => readFile(join(objects.videos, `${videoModelId}${ending}`));
const sidecar = async () => JSON.parse(String(await stored(".json")));
const files = async () =>
  (await readdir(objects.videos)).filter((name) => name.startsWith(videoModelId)).toSorted();
const events = (type: string) =>
  base.published.filter(({ DetailType }) => DetailType === type).map(({ Detail }) => Detail);
const told = () => events("Video Job Companions Archived");

describe("a translation under a template's key, with tags", () => {
  it("has all its files under one stem, with the same tags, the sidecar that was rewritten too", async () => {
    await finished(ALL);
    const job = await record();
    await base.store.replace(job, { ...job, tags: { team: "red" } });
    const template = keyTemplate("{tag.team}/{videoModelId}");

    await archive({ ...dependencies, keyTemplate: template, objectTags: ["team"] });

    expect(await files()).toEqual([]);
    const beside = await readdir(join(objects.videos, "red"));
    expect(beside.toSorted()).toEqual(
      [".json", ".mp4", ".no-caption.mp4", ".original.srt", ".translated.srt"].map(
        (ending) => `${videoModelId}${ending}`,
      ),
    );
    for (const name of beside) {
      const at = { Bucket: BUCKET, Key: `red/${name}` };
      const { TagSet } = await objects.client.send(new GetObjectTaggingCommand(at));
      expect(TagSet, name).toEqual([{ Key: "team", Value: "red" }]);
    }
  });
});

describe("a translation with all its companions", () => {
  beforeEach(async () => {
    await finished(ALL);
    await archive();
  });

  it("is in the bucket byte for byte: the video, two files of subtitles, and one without captions", async () => {
    expect(await files()).toEqual(
      [".json", ".mp4", ".no-caption.mp4", ".original.srt", ".translated.srt"].map(
        (ending) => `${videoModelId}${ending}`,
      ),
    );
    expect((await stored(".mp4")).equals(await readFile(sampleVideoPath))).toBe(true);
    expect(String(await stored(".original.srt"))).toBe(ORIGINAL);
    expect((await stored(".translated.srt")).equals(Buffer.from(TRANSLATED))).toBe(true);
    expect(await stored(".no-caption.mp4")).toHaveLength(NO_CAPTIONS.bytes);
  });

  it("has them on its record, and in the sidecar", async () => {
    const job = await record();

    expect(job).toMatchObject({
      status: "archived",
      companions: [
        {
          role: "original_srt",
          state: "archived",
          key: `${videoModelId}.original.srt`,
          bytes: ORIGINAL.length,
          contentType: "application/x-subrip",
          checksum: expect.stringMatching(/^crc32:/),
          content: { container: "subrip" },
          archivedAt: "2026-01-05T12:00:00.000Z",
        },
        { role: "translated_srt", state: "archived", bytes: Buffer.byteLength(TRANSLATED) },
        { role: "no_caption_video", state: "archived", content: { container: "mp4" } },
      ],
      companionsToldAt: "2026-01-05T12:00:00.000Z",
    });
    const { companions } = await sidecar();
    expect(companions).toHaveLength(3);
    expect(companions[1]).toMatchObject({
      role: "translated_srt",
      state: "archived",
      checksum: job.companions?.[1]?.state === "archived" && job.companions[1].checksum,
    });
  });

  it("is published before they are there, and once more when they are", () => {
    expect(events("Video Job Status Change").at(-1)).toMatchObject({
      status: "archived",
      companions: [{ state: "pending" }, { state: "pending" }, { state: "pending" }],
    });
    expect(told()).toMatchObject([
      {
        eventId: `${videoModelId}/companions/3`,
        video: { key: `${videoModelId}.mp4` },
        companions: [{ state: "archived" }, { state: "archived" }, { state: "archived" }],
      },
    ]);
  });

  it("is left alone when the run is repeated", async () => {
    const before = await record();

    await archive();

    expect(await record()).toEqual(before);
    expect(told()).toHaveLength(1);
  });
});

describe("a companion that is gone for good", () => {
  beforeEach(() => finished({ ...ALL, translated_srt: GONE }));

  it("keeps nothing else from the archive, and is missing in record, sidecar and API", async () => {
    await expect(archive()).rejects.toMatchObject({ name: "SourceGone" });

    expect(await states()).toEqual({
      original_srt: "archived",
      translated_srt: "pending",
      no_caption_video: "archived",
    });
    expect((await record()).companions?.[1]).toMatchObject({
      reason: "the source answered HTTP 404",
    });
    expect((await sidecar()).companions[1]).toMatchObject({ state: "pending" });
    expect(told()).toEqual([]);
    expect(await record()).toMatchObject({ status: "archived", sweepAt: expect.any(String) });
  });

  it("is given up after its time, and nobody is told that all are there", async () => {
    await archive().catch(() => {});
    for (const hours of [0, 3, 6.1]) {
      clock.now = START + 7 * 24 * HOUR + hours * HOUR;
      await archive().catch(() => {});
    }

    expect(await states()).toMatchObject({ translated_srt: "failed", original_srt: "archived" });
    expect((await sidecar()).companions[1]).toMatchObject({
      state: "failed",
      reason: "the source answered HTTP 404",
    });
    expect(told()).toEqual([]);
    expect(await record()).toHaveProperty("companionsToldAt");
  });

  it("is fetched from a fresh address, if AKOOL names one", async () => {
    const job = await record();
    const audio_splits = { original_srt_url: `${akool.origin}/result/1-999.original.srt` };
    await base.store.replace(job, { ...job, akool: { ...job.akool, audio_splits } });

    await archive().catch(() => {});

    expect(await states()).toMatchObject({ original_srt: "archived", translated_srt: "pending" });
  });
});

describe("subtitles that are an error page", () => {
  it("are not stored, and tried again", async () => {
    await finished({ ...ALL, original_srt: { file: { kind: "html" } } });

    await expect(archive()).rejects.toMatchObject({ name: "NotSubtitles" });

    expect(await files()).not.toContain(`${videoModelId}.original.srt`);
    expect(await states()).toMatchObject({ original_srt: "pending", translated_srt: "archived" });
  });

  it("are archived once they are what they should be", async () => {
    await finished({
      ...ALL,
      original_srt: { file: { kind: "text", body: ORIGINAL }, servedAfterMs: MINUTE },
    });
    await expect(archive()).rejects.toMatchObject({ name: "SourceGone" });

    clock.now += MINUTE;
    await archive();

    expect(await states()).toMatchObject({ original_srt: "archived" });
    expect(told()).toHaveLength(1);
    expect((await sidecar()).companions[0]).toMatchObject({ state: "archived" });
  });
});

describe("a video without captions that is cut", () => {
  const CUT = { file: { kind: "cut", declared: 70_000, sent: 10_000 } } as const;

  it("is not stored as whole", async () => {
    await finished({ ...ALL, no_caption_video: CUT });

    await expect(archive()).rejects.toMatchObject({ name: "SourceInterrupted" });

    expect(await states()).toMatchObject({ no_caption_video: "pending" });
  });
});

describe("companions that AKOOL names later", () => {
  const LATE: CompanionFiles = {
    ...ALL,
    translated_srt: { file: { kind: "text", body: TRANSLATED }, namedAfterMs: 10 * MINUTE },
  };
  beforeEach(async () => {
    await finished(LATE);
    await archive();
  });

  it("are asked for a quarter of an hour after the video was archived", async () => {
    expect(await record()).toMatchObject({ sweepAt: "2026-01-05T12:15:00.000Z" });
    expect(told()).toMatchObject([{ eventId: `${videoModelId}/companions/2` }]);
    const asked = akool.calls(videoModelId);

    clock.now += 15 * MINUTE;
    await archive();

    expect(akool.calls(videoModelId)).toBe(asked + 1);
    expect(await states()).toMatchObject({ translated_srt: "archived" });
    expect(await record()).toMatchObject({ companionAsks: 1 });
    expect(told().at(-1)).toMatchObject({ eventId: `${videoModelId}/companions/3` });
    expect((await sidecar()).companions).toHaveLength(3);
  });

  it("are not asked for before, nor when AKOOL has named all", async () => {
    const asked = akool.calls(videoModelId);

    clock.now += 14 * MINUTE;
    await archive();

    expect(akool.calls(videoModelId)).toBe(asked);
  });

  it("are asked for again when AKOOL cannot be read", async () => {
    clock.now += 15 * MINUTE;
    akool.updateJob(videoModelId, {
      faults: [{ calls: [1, 100], fault: { kind: "http", status: 502 } }],
    });

    await archive();

    expect(await record()).not.toHaveProperty("companionAsks");
    akool.updateJob(videoModelId, { faults: [] });
    await archive();
    expect(await states()).toMatchObject({ translated_srt: "archived" });
  });

  it("are asked for twice, and then no more", async () => {
    akool.updateJob(videoModelId, {
      end: {
        kind: "complete",
        file: { kind: "sample" },
        companions: { ...LATE, translated_srt: { ...GONE, namedAfterMs: 100 * HOUR } },
      },
    });
    const asked = akool.calls(videoModelId);

    for (const after of [15 * MINUTE, 6 * HOUR, 12 * HOUR]) {
      clock.now = START + after;
      await archive();
    }

    expect(akool.calls(videoModelId)).toBe(asked + 2);
    expect(await record()).toMatchObject({ companionAsks: 2 });
  });
});

describe("a video that cannot be had", () => {
  it("keeps its companions from nothing", async () => {
    await finished(ALL);
    akool.updateJob(videoModelId, {
      end: { kind: "complete", file: { kind: "html" }, companions: ALL },
    });

    await expect(archive()).rejects.toMatchObject({ name: "NotAVideo" });

    expect(await states()).toMatchObject({ original_srt: "archived", translated_srt: "archived" });
    expect(await record()).toMatchObject({ status: "completed" });
    expect(told()).toEqual([]);
  });

  it("is archived with them beside it, once it can", async () => {
    await finished(ALL);
    const end = { kind: "complete", companions: ALL } as const;
    akool.updateJob(videoModelId, { end: { ...end, file: { kind: "html" } } });
    await archive().catch(() => {});
    akool.updateJob(videoModelId, { end: { ...end, file: { kind: "sample" } } });

    await archive();

    expect(events("Video Job Status Change").at(-1)).toMatchObject({
      companions: [{ state: "archived" }, { state: "archived" }, { state: "archived" }],
    });
    expect(told()).toHaveLength(1);
  });
});

describe("what happens meanwhile", () => {
  it("a cancellation deletes what was just stored", async () => {
    await finished({ original_srt: ALL.original_srt ?? GONE });
    const cancelling: ArchiveDependencies = {
      ...dependencies,
      copier: { copy: () => Promise.reject(new Error("no video yet")) },
      subtitles: {
        async copySubtitles(...request) {
          const copied = await dependencies.subtitles.copySubtitles(...request);
          const job = await record();
          await base.store.replace(job, conclude(job, "cancelled", START));
          return copied;
        },
      },
    };

    await expect(archive(cancelling)).rejects.toThrow("no video yet");

    expect(await files()).toEqual([]);
    expect(await states()).toEqual({ original_srt: "failed" });
  });

  it("two runs at once leave one file that the record tells of", async () => {
    await finished(ALL);

    await Promise.all([archive().catch(() => {}), archive().catch(() => {})]);
    for (let tries = 0; tries < 3; tries++) await archive().catch(() => {});

    expect(new Set(Object.values(await states()))).toEqual(new Set(["archived"]));
    expect((await sidecar()).companions).toMatchObject([
      { state: "archived" },
      { state: "archived" },
      { state: "archived" },
    ]);
  });

  it("another writer of the record is waited for", async () => {
    await finished(ALL);
    const store = withInterference(
      base.store,
      async (read) => {
        const job = await base.store.get(read.videoModelId);
        if (job) await base.store.replace(job, { ...job, tags: { touched: "yes" } });
      },
      3,
    );

    await archive({ ...dependencies, store });

    expect(await states()).toMatchObject({ no_caption_video: "archived" });
  });

  it("a bus that takes nothing has the next run publish it", async () => {
    await finished(ALL);
    const down = { ...dependencies, publish: () => Promise.reject(new Error("down")) };

    await archive(down);
    expect(await record()).not.toHaveProperty("companionsToldAt");
    await archive();

    expect(told()).toHaveLength(1);
    expect(await record()).toHaveProperty("companionsToldAt");
  });

  it("another execution that owns the job by now has it to itself", async () => {
    await finished(ALL);
    const job = await record();
    await base.store.replace(job, { ...job, execution: "arn:other" });

    await archive();

    expect(await files()).toEqual([]);
  });
});

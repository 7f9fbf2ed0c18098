import { setImmediate as turn } from "node:timers/promises";
import { dynaliteTable, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { BUCKET, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createSubtitlesCopier } from "#archive/copy/copy-subtitles.ts";
import { createVideoCopier } from "#archive/copy/copy-video.ts";
import { downloadPolicy } from "#archive/source/download-guard.ts";
import { ARCHIVE, EXECUTION, jobWith } from "#test/support/jobs.ts";
import { PLAIN_STORAGE } from "#test/support/key-template.ts";
import { testDependencies } from "#test/support/tracking.ts";
import { type ArchiveDependencies, archiveJob } from "#use-cases/tracking/archive-job.ts";
import { checksumOf } from "../../archive/copy/copy-fixture.ts";

let table: TestStore;
let objects: S3Fixture;
let source: TestServer;
let served = 0;
let counter = 0;

beforeAll(async () => {
  table = await dynaliteTable();
  objects = await s3Fixture();
  // Another file at each request: only what the record tells of may be there.
  source = await serve((_request, response) =>
    response.end(`1\n00:00:01,000 --> 00:00:02,000\nNumber ${served++}\n`),
  );
});
afterAll(async () => {
  await source.close();
  await objects.close();
  await table.close();
});

/** Lets other runs go first at each call, as often as drawn. */
function delayed(using: ArchiveDependencies, delays: readonly number[]): ArchiveDependencies {
  let at = 0;
  const wait = async () => {
    const turns = delays[at++ % delays.length] ?? 0;
    for (let passed = 0; passed < turns; passed++) await turn();
  };
  const { store, subtitles } = using;
  return {
    ...using,
    store: {
      ...store,
      async get(id) {
        await wait();
        return store.get(id);
      },
      async replace(read, next) {
        await wait();
        return store.replace(read, next);
      },
    },
    subtitles: {
      async copySubtitles(...request) {
        await wait();
        return subtitles.copySubtitles(...request);
      },
    },
  };
}

it("however runs for a companion interleave, record, sidecar and bucket tell of one file", async () => {
  const delays = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(delays, { minLength: 2, maxLength: 3 }), async (runs) => {
      const videoModelId = `companion-${counter++}`;
      const base = testDependencies(table);
      base.answers.push({ kind: "unavailable", detail: "HTTP 502" });
      const options = {
        s3: objects.client,
        policy: downloadPolicy("", source.origin),
        maxBytes: 1e6,
        retryDelayMs: () => 1,
      };
      const dependencies: ArchiveDependencies = {
        ...base,
        copier: createVideoCopier(options),
        subtitles: createSubtitlesCopier(options),
        copyTimeoutMs: 20_000,
        s3: objects.client,
        bucket: BUCKET,
        archiverVersion: "0.1.0",
        ...PLAIN_STORAGE,
      };
      const original_srt_url = `${source.origin}/a.srt`;
      await base.store.create({
        ...jobWith("archived"),
        ...{ videoModelId, archive: { ...ARCHIVE, bucket: BUCKET, key: `${videoModelId}.mp4` } },
        akool: { audio_splits: { original_srt_url } },
        companions: [{ role: "original_srt", state: "pending", sourceUrl: original_srt_url }],
      });
      const input = { request: { videoModelId }, execution: EXECUTION };

      await Promise.all(
        runs.map((each) => archiveJob(delayed(dependencies, each), input).catch(() => {})),
      );
      for (let tries = 0; tries < 3; tries++) await archiveJob(dependencies, input).catch(() => {});

      const job = await base.store.get(videoModelId);
      const stored = await read(`${videoModelId}.original.srt`);
      const sidecar = JSON.parse(String(await read(`${videoModelId}.json`)));
      const told = { state: "archived", bytes: stored.length, checksum: checksumOf(stored) };
      expect(job?.companions).toMatchObject([told]);
      expect(sidecar.companions).toMatchObject([told]);
    }),
    { numRuns: 12 },
  );
}, 120_000);

async function read(key: string): Promise<Buffer> {
  const { Body } = await objects.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

import { dynaliteTable, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { BUCKET, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { VideoCopier } from "#archive/copy/copy-video.ts";
import { SourceGone } from "#archive/errors.ts";
import { completedJob, EXECUTION, MP4_CONTENT, VIDEO_URL } from "#test/support/jobs.ts";
import { PLAIN_STORAGE } from "#test/support/key-template.ts";
import { type TestDependencies, testDependencies } from "#test/support/tracking.ts";
import { type ArchiveDependencies, archiveJob } from "#use-cases/tracking/archive-job.ts";

export const STORED = {
  ...{ bytes: 42, contentType: "video/mp4", checksum: "crc32:AAAAAA==", etag: '"e"' },
};

/** What each test of an archive run has of its own: a completed job, and an empty bucket. */
class ArchiveTest {
  readonly s3: S3Client;
  readonly base: TestDependencies;
  readonly dependencies: ArchiveDependencies;
  readonly videoModelId: string;
  /** Addresses that were copied from, in order. */
  readonly copied: string[] = [];

  constructor(table: TestStore, s3: S3Client, videoModelId: string) {
    this.s3 = s3;
    this.videoModelId = videoModelId;
    this.base = testDependencies(table);
    this.dependencies = {
      ...this.base,
      copier: this.copierFor({ [VIDEO_URL]: "ok" }),
      subtitles: { copySubtitles: () => Promise.reject(new SourceGone("no subtitles")) },
      copyTimeoutMs: 10_000,
      s3,
      bucket: BUCKET,
      archiverVersion: "1.2.3",
      ...PLAIN_STORAGE,
    };
  }

  /** Copying has tests of its own at a real server; here only its outcome for each address counts. */
  copierFor(outcomes: Record<string, "ok" | Error>, leftUpload = false): VideoCopier {
    return {
      copy: async (url, place) => {
        this.copied.push(url);
        const outcome = outcomes[url];
        if (outcome !== "ok") throw outcome ?? new Error(`unexpected address ${url}`);
        const at = { Bucket: place.bucket, Key: place.key };
        await this.s3.send(new PutObjectCommand({ ...at, Body: "video" }));
        return { place, content: MP4_CONTENT, video: STORED, leftUpload };
      },
    };
  }

  archive(using: ArchiveDependencies = this.dependencies) {
    const request = { videoModelId: this.videoModelId };
    return archiveJob(using, { request, execution: EXECUTION });
  }

  record() {
    return this.base.store.get(this.videoModelId);
  }

  async objectKeys() {
    const { Contents } = await this.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    return (Contents ?? []).map(({ Key }) => Key);
  }
}

/** Opens and closes what the tests of a file share, and gives what the test under way has of its own. */
export function archiveTests() {
  let table: TestStore;
  let objects: S3Fixture;
  let test: ArchiveTest;
  let counter = 0;
  beforeAll(async () => {
    table = await dynaliteTable();
    objects = await s3Fixture();
  });
  afterAll(async () => {
    await table.close();
    await objects.close();
  });
  beforeEach(async () => {
    test = new ArchiveTest(table, objects.client, `archive-job-${counter++}`);
    for (const Key of await test.objectKeys()) {
      await objects.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    }
    await test.base.store.create({ ...completedJob(), videoModelId: test.videoModelId });
  });
  return {
    get test() {
      return test;
    },
  };
}

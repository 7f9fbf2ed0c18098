import { dynaliteTable, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { BUCKET, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { VideoCopier } from "#archive/copy/copy-video.ts";
import {
  DownloadRefused,
  NotAVideo,
  SourceGone,
  SourceIncomplete,
  SourceUnavailable,
} from "#archive/errors.ts";
import { conclude } from "#domain/job/transition.ts";
import {
  completedJob,
  EXECUTION,
  MP4_CONTENT,
  OBSERVATIONS,
  START,
  VIDEO_URL,
} from "#test/support/jobs.ts";
import { keyTemplate, PLAIN_STORAGE } from "#test/support/key-template.ts";
import {
  type TestDependencies,
  testDependencies,
  withInterference,
} from "#test/support/tracking.ts";
import { versionedBucket } from "#test/support/versioned-bucket.ts";
import {
  type ArchiveDependencies,
  archiveJob,
  JobUnknown,
} from "#use-cases/tracking/archive-job.ts";
import { AccountAtFault } from "#use-cases/tracking/fresh-answer.ts";

const FRESH_URL = "https://other.cloudfront.net/fresh.mp4";
const STORED = { bytes: 42, contentType: "video/mp4", checksum: "crc32:AAAAAA==", etag: '"e"' };

let table: TestStore;
let objects: S3Fixture;
let s3: S3Client;
let base: TestDependencies;
let dependencies: ArchiveDependencies;
let copied: string[];
let videoModelId: string;
let counter = 0;

beforeAll(async () => {
  table = await dynaliteTable();
  objects = await s3Fixture();
  s3 = objects.client;
});
afterAll(async () => {
  await table.close();
  await objects.close();
});
beforeEach(async () => {
  for (const key of await objectKeys()) {
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key ?? "" }));
  }
  base = testDependencies(table);
  copied = [];
  dependencies = {
    ...base,
    copier: copierFor({ [VIDEO_URL]: "ok" }),
    subtitles: { copySubtitles: () => Promise.reject(new SourceGone("no subtitles")) },
    copyTimeoutMs: 10_000,
    s3,
    bucket: BUCKET,
    archiverVersion: "1.2.3",
    ...PLAIN_STORAGE,
  };
  videoModelId = `archive-job-${counter++}`;
  await base.store.create({ ...completedJob(), videoModelId });
});

/** Copying has tests of its own at a real server; here only its outcome for each address counts. */
function copierFor(outcomes: Record<string, "ok" | Error>, leftUpload = false): VideoCopier {
  return {
    async copy(url, place) {
      copied.push(url);
      const outcome = outcomes[url];
      if (outcome !== "ok") throw outcome ?? new Error(`unexpected address ${url}`);
      await s3.send(new PutObjectCommand({ Bucket: place.bucket, Key: place.key, Body: "video" }));
      return { place, content: MP4_CONTENT, video: STORED, leftUpload };
    },
  };
}

function archive(using: ArchiveDependencies = dependencies) {
  return archiveJob(using, { request: { videoModelId }, execution: EXECUTION });
}

async function objectKeys() {
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  return (Contents ?? []).map(({ Key }) => Key);
}

describe("a file that the source does not serve whole", () => {
  const CUT = { ...MP4_CONTENT, cut: "its last box (mdat) lacks 9 of its 99 bytes" };
  const doubtfulKey = () => `doubtful/${videoModelId}.mp4`;
  const keeping = (change: () => Promise<void> = async () => {}): VideoCopier => ({
    async copy(_, place) {
      const at = { ...place, key: doubtfulKey() };
      await s3.send(new PutObjectCommand({ Bucket: at.bucket, Key: at.key, Body: "vid" }));
      await change();
      throw new SourceIncomplete(CUT.cut, { place: at, video: STORED, content: CUT });
    },
  });
  const incomplete = { name: "SourceIncomplete", message: CUT.cut };

  beforeEach(() => {
    // AKOOL is asked for a fresh address, and has none.
    base.answers.push(OBSERVATIONS.completed);
  });

  it("is on record as soon as it is kept, with AKOOL's answer beside it", async () => {
    await expect(archive({ ...dependencies, copier: keeping() })).rejects.toMatchObject(incomplete);

    const job = await base.store.get(videoModelId);
    expect(job).toMatchObject({
      status: "completed",
      doubtful: {
        key: doubtfulKey(),
        ...STORED,
        keptAt: "2026-01-05T12:00:00.000Z",
        content: MP4_CONTENT.facts,
        doubts: [`it is not whole: ${CUT.cut}`],
      },
    });
    expect(job).not.toHaveProperty("archive");
    expect(await objectKeys()).toEqual([`doubtful/${videoModelId}.json`, doubtfulKey()]);
  });

  it("is known to the next run, and gone when that has archived a whole one", async () => {
    await archive({ ...dependencies, copier: keeping() }).catch(() => {});
    let known: unknown;
    const copier: VideoCopier = {
      copy(url, place, deadline, claim) {
        known = claim?.storedCut;
        return dependencies.copier.copy(url, place, deadline, claim);
      },
    };

    await archive({ ...dependencies, copier });

    expect(known).toMatchObject({ bytes: STORED.bytes, checksum: STORED.checksum });
    const job = await base.store.get(videoModelId);
    expect(job).toMatchObject({ status: "archived", archive: { key: `${videoModelId}.mp4` } });
    expect(job).not.toHaveProperty("doubtful");
    expect(await objectKeys()).toEqual([`${videoModelId}.json`, `${videoModelId}.mp4`]);
  });

  it("is left to the sweeper, when it cannot be removed", async () => {
    await archive({ ...dependencies, copier: keeping() }).catch(() => {});
    const failing = { ...s3, send: s3.send.bind(s3) };
    Object.assign(failing, {
      send: (command: unknown) =>
        command instanceof DeleteObjectCommand
          ? Promise.reject(new Error("throttled"))
          : s3.send(command as HeadObjectCommand),
    });

    await archive({ ...dependencies, s3: failing as unknown as S3Client });

    expect(await base.store.get(videoModelId)).toMatchObject({
      status: "archived",
      sweepAt: expect.any(String),
    });
  });

  it("does not outlive its job's cancellation", async () => {
    const copier = keeping(async () => {
      const job = await base.store.get(videoModelId);
      if (job) await base.store.replace(job, conclude(job, "cancelled", START));
    });

    await expect(archive({ ...dependencies, copier })).rejects.toMatchObject(incomplete);

    expect(await objectKeys()).toEqual([]);
    expect(await base.store.get(videoModelId)).not.toHaveProperty("doubtful");
  });

  it.each(["before", "not yet"] as const)("is not recorded again: %s", async (state) => {
    const copier = copierFor({ [VIDEO_URL]: new SourceIncomplete(CUT.cut, state) });

    await expect(archive({ ...dependencies, copier })).rejects.toMatchObject(incomplete);

    expect(await base.store.get(videoModelId)).not.toHaveProperty("doubtful");
  });
});

describe("archiving a completed job", () => {
  it("records what the file is, and every doubt about it", async () => {
    const job = await base.store.get(videoModelId);
    const akool = { ...job?.akool, video_duration: 99, resolution: "720p" };
    const creation = { durationSeconds: 10, resolution: "480p" };
    if (job) await base.store.replace(job, { ...job, akool, creation });

    await archive();

    const told = {
      content: MP4_CONTENT.facts,
      comparison: [
        { property: "durationSeconds", found: 10.5, told: 99, asked: 10, agrees: false },
        { property: "resolution", found: 720, told: 720, asked: 480, agrees: false },
      ],
      doubts: [
        "it lasts 10.5 s, and AKOOL says 99 s",
        "its shorter side has 720 pixels, and 480p was asked for",
      ],
    };
    expect(await base.store.get(videoModelId)).toMatchObject({ archive: told });
    expect(base.published.at(-1)?.Detail).toMatchObject({ video: told });
  });

  it("records no comparison where there is nothing to compare the file with", async () => {
    await archive();

    expect((await base.store.get(videoModelId))?.archive).not.toHaveProperty("comparison");
  });

  it("records what the store holds, publishes it, and puts AKOOL's answer beside it", async () => {
    const result = await archive();

    const job = await base.store.get(videoModelId);
    expect(job).toMatchObject({
      status: "archived",
      archive: {
        bucket: BUCKET,
        key: `${videoModelId}.mp4`,
        sourceUrl: VIDEO_URL,
        archivedAt: "2026-01-05T12:00:00.000Z",
        ...STORED,
      },
    });
    expect(result).toEqual({ status: "archived" });
    expect(base.published.at(-1)?.Detail).toMatchObject({
      status: "archived",
      video: { key: `${videoModelId}.mp4` },
    });
    const sidecar = await s3.send(
      new GetObjectCommand({ Bucket: BUCKET, Key: `${videoModelId}.json` }),
    );
    expect(JSON.parse((await sidecar.Body?.transformToString()) ?? "")).toMatchObject({
      akool: job?.akool,
      files: [{ role: "video", bytes: 42 }],
    });
  });

  it("tells in bucket, event and provenance of a signed address without its query", async () => {
    const signed = `${VIDEO_URL}?Expires=1&Signature=5f2e9c1a&Key-Pair-Id=K1`;
    const input = "https://inputs.example/face.png#key=5f2e9c1a";
    const job = await base.store.get(videoModelId);
    const prompt = "Close-up: is she smiling? Then fade to scene #2.";
    const companion = "https://d3323c6w59hl44.cloudfront.net/a.srt";
    const akool = {
      _id: videoModelId,
      video: signed,
      image_url: input,
      prompt,
      file_name: "take: 2? #3.mp4",
      audio_splits: { original_srt_url: `${companion}?Signature=5f2e9c1a` },
    };
    if (job) await base.store.replace(job, { ...job, akool });

    const result = await archive({ ...dependencies, copier: copierFor({ [signed]: "ok" }) });

    const recorded = await base.store.get(videoModelId);
    // The record alone knows the whole address: the video is fetched from it.
    expect(recorded).toMatchObject({ akool, archive: { sourceUrl: VIDEO_URL } });
    const sidecar = await s3.send(
      new GetObjectCommand({ Bucket: BUCKET, Key: `${videoModelId}.json` }),
    );
    expect(JSON.parse((await sidecar.Body?.transformToString()) ?? "")).toMatchObject({
      files: [{ sourceUrl: VIDEO_URL }],
      inputs: { imageUrl: "https://inputs.example/face.png" },
      prompt,
      akool: {
        video: VIDEO_URL,
        image_url: "https://inputs.example/face.png",
        prompt,
        file_name: "take: 2? #3.mp4",
        audio_splits: { original_srt_url: companion },
      },
    });
    expect(JSON.stringify(result)).not.toContain("5f2e9c1a");
  });

  it("publishes what the record says is due, and nothing again", async () => {
    const job = await base.store.get(videoModelId);
    if (job) await base.store.acknowledge(job, 2);

    await archive();

    expect(base.published.map(({ Detail }) => Detail.status)).toEqual(["archived"]);
  });

  it("is left to the sweeper, to be published, when the bus takes nothing", async () => {
    const down = { ...dependencies, publish: () => Promise.reject(new Error("the bus is down")) };

    expect(await archive(down)).toEqual({ status: "archived" });

    expect(await base.store.get(videoModelId)).toMatchObject({
      publishedSeq: 0,
      sweptOnlyToPublish: true,
      sweepAt: "2026-01-05T12:00:00.000Z",
    });
  });

  it.each([true, false])(
    "leaves the job in the sweeper's index if an upload is left: %s",
    async (left) => {
      await archive({ ...dependencies, copier: copierFor({ [VIDEO_URL]: "ok" }, left) });

      const job = await base.store.get(videoModelId);
      expect(job?.status).toBe("archived");
      expect(job?.sweepAt !== undefined).toBe(left);
    },
  );

  it("leaves the job in the sweeper's index if another run copies as well", async () => {
    const slow: VideoCopier = {
      async copy(url, place, deadline) {
        const failing = copierFor({ [url]: new SourceUnavailable("500") });
        await archive({ ...dependencies, copier: failing }).catch(() => {});
        return dependencies.copier.copy(url, place, deadline);
      },
    };

    await archive({ ...dependencies, copier: slow });

    expect(await base.store.get(videoModelId)).toMatchObject({
      status: "archived",
      copyRuns: 2,
      sweepAt: expect.any(String),
    });
  });

  it("writes no sidecar over the one of a run that was faster", async () => {
    const bucket = versionedBucket(() => START);
    const at = { Bucket: BUCKET, Key: `${videoModelId}.json` };
    const fast: VideoCopier = {
      copy: async (_, place) => ({
        place,
        content: MP4_CONTENT,
        video: STORED,
        leftUpload: false,
      }),
    };
    const slow: VideoCopier = {
      async copy(_, place) {
        await archive({ ...dependencies, s3: bucket.s3, copier: fast });
        return { place, content: MP4_CONTENT, video: { ...STORED, bytes: 7 }, leftUpload: false };
      },
    };

    await expect(archive({ ...dependencies, s3: bucket.s3, copier: slow })).rejects.toMatchObject({
      name: "CopyOvertaken",
    });

    expect(await base.store.get(videoModelId)).toMatchObject({ archive: { bytes: STORED.bytes } });
    const { VersionId } = await bucket.s3.send(new HeadObjectCommand(at));
    expect(VersionId).toBe("v1");
  });

  it("a second time copies nothing, and publishes nothing again", async () => {
    await archive();
    const once = base.published.length;

    await archive();

    expect(copied).toHaveLength(1);
    expect(base.published).toHaveLength(once);
  });

  it.each([
    ["another execution owns it", { execution: "other" }],
    ["it was cancelled", { status: "cancelled" as const }],
  ])("does nothing when %s", async (_, changes) => {
    const job = await base.store.get(videoModelId);
    if (job) await base.store.replace(job, { ...job, ...changes });

    await archive();

    expect(copied).toEqual([]);
  });

  it("refuses a job that there is no record of", async () => {
    await expect(
      archiveJob(dependencies, {
        request: { videoModelId: "unknown-job" },
        execution: EXECUTION,
      }),
    ).rejects.toThrow(JobUnknown);
  });

  it("leaves the record and the bucket alone when the copy fails", async () => {
    const failing = {
      ...dependencies,
      copier: copierFor({ [VIDEO_URL]: new SourceUnavailable("500") }),
    };

    await expect(archive(failing)).rejects.toThrow(SourceUnavailable);

    expect(await base.store.get(videoModelId)).toMatchObject({ status: "completed", copyRuns: 1 });
    expect(await objectKeys()).toEqual([]);
  });
});

describe("a video that is gone from its address", () => {
  const gone = new SourceGone("HTTP 404");

  it.each([
    ["gone", gone],
    ["a page", new NotAVideo("an HTML page")],
    ["one that is not fetched from", new DownloadRefused("host a.example")],
  ])(
    "is fetched from the fresh address that AKOOL gives: what is at the old one is %s",
    async (_, error) => {
      base.answers.push({
        ...OBSERVATIONS.completed,
        akool: { video: FRESH_URL },
        videoUrl: FRESH_URL,
      });

      await archive({
        ...dependencies,
        copier: copierFor({ [VIDEO_URL]: error, [FRESH_URL]: "ok" }),
      });

      expect(copied).toEqual([VIDEO_URL, FRESH_URL]);
      expect(await base.store.get(videoModelId)).toMatchObject({
        status: "archived",
        akool: { video: FRESH_URL },
        archive: { sourceUrl: FRESH_URL },
      });
    },
  );

  it.each([
    ["gives the same address", OBSERVATIONS.completed],
    ["does not know the job any more", OBSERVATIONS.not_found],
  ])("stays gone when AKOOL %s", async (_, answer) => {
    base.answers.push(answer);

    await expect(
      archive({ ...dependencies, copier: copierFor({ [VIDEO_URL]: gone }) }),
    ).rejects.toThrow(SourceGone);
    expect(copied).toEqual([VIDEO_URL]);
    expect(base.polls).toEqual([videoModelId]);
  });
});

describe("a video that is gone while AKOOL cannot be asked", () => {
  it("waits for the account when that is what AKOOL refuses", async () => {
    base.answers.push(OBSERVATIONS.account_fault);
    const copier = copierFor({ [VIDEO_URL]: new SourceGone("HTTP 404") });

    await expect(archive({ ...dependencies, copier })).rejects.toThrow(AccountAtFault);
  });

  it.each(["throttled", "unavailable"] as const)(
    "(%s) may come back: the workflow tries again",
    async (kind) => {
      base.answers.push(OBSERVATIONS[kind]);
      const copier = copierFor({ [VIDEO_URL]: new SourceGone("HTTP 404") });

      await expect(archive({ ...dependencies, copier })).rejects.toThrow(SourceUnavailable);
    },
  );
});

describe("a job that is cancelled while its video is copied", () => {
  it("stays cancelled and leaves no object behind", async () => {
    const store = withInterference(base.store, (read) =>
      base.store.replace(read, conclude(read, "cancelled", START)),
    );

    const result = await archive({ ...dependencies, store });

    expect(result.status).toBe("cancelled");
    expect(await base.store.get(videoModelId)).not.toHaveProperty("archive");
    expect(await objectKeys()).toEqual([]);
  });

  it("deletes no sidecar but its own", async () => {
    const bucket = versionedBucket(() => START);
    const place = { Bucket: BUCKET, Key: `${videoModelId}.json` };
    const store = withInterference(base.store, (read) =>
      base.store.replace(read, conclude(read, "cancelled", START)),
    );
    const send = bucket.s3.send.bind(bucket.s3);
    // Before the first deletion another attempt archives the video.
    let isArchivedMeanwhile = false;
    Object.assign(bucket.s3, {
      send: async (command: DeleteObjectCommand) => {
        if (command instanceof DeleteObjectCommand && !isArchivedMeanwhile) {
          isArchivedMeanwhile = true;
          await send(new PutObjectCommand({ ...place, Body: "the other attempt's" }));
        }
        return send(command);
      },
    });
    const copier: VideoCopier = {
      copy: async (_, to) => ({
        place: to,
        content: MP4_CONTENT,
        video: { ...STORED, versionId: "mine" },
        leftUpload: false,
      }),
    };
    // The first write counts the run, and is not interfered with.
    const late = { ...base.store, replace: firstThen(base.store.replace, store.replace) };

    await archive({ ...dependencies, store: late, copier, s3: bucket.s3 });

    expect(bucket.keys()).toEqual([`${videoModelId}.json`]);
  });
});

describe("a template for keys", () => {
  const byTeam = () => ({ ...dependencies, keyTemplate: keyTemplate("{tag.team}/{videoModelId}") });

  beforeEach(async () => {
    const job = await base.store.get(videoModelId);
    if (job) await base.store.replace(job, { ...job, tags: { team: "red" } });
  });

  it("names video and sidecar, and is on the record before the first copy", async () => {
    const using = byTeam();
    let before: string | undefined;
    const copier: VideoCopier = {
      async copy(...copy) {
        before = (await base.store.get(videoModelId))?.keyStem;
        return dependencies.copier.copy(...copy);
      },
    };

    await archive({ ...using, copier });

    expect(before).toBe(`red/${videoModelId}`);
    expect(await objectKeys()).toEqual([`red/${videoModelId}.json`, `red/${videoModelId}.mp4`]);
    expect((await base.store.get(videoModelId))?.archive?.key).toBe(`red/${videoModelId}.mp4`);
  });

  it("names a job only once: a later run has the key of the first", async () => {
    const failing = copierFor({ [VIDEO_URL]: new SourceUnavailable("500") });
    await archive({ ...byTeam(), copier: failing }).catch(() => {});
    const job = await base.store.get(videoModelId);
    if (job) await base.store.replace(job, { ...job, tags: { team: "blue" } });

    await archive({ ...dependencies, keyTemplate: keyTemplate("videos/{videoModelId}") });

    expect(await objectKeys()).toEqual([`red/${videoModelId}.json`, `red/${videoModelId}.mp4`]);
  });

  it("goes with tags on every object, of those that the job has", async () => {
    await archive({ ...byTeam(), objectTags: ["team", "project"] });

    const [sidecar] = await objectKeys();
    expect(sidecar).toBe(`red/${videoModelId}.json`);
    const at = { Bucket: BUCKET, Key: sidecar };
    const { TagSet } = await s3.send(new GetObjectTaggingCommand(at));
    expect(TagSet).toEqual([{ Key: "team", Value: "red" }]);
    // The record says where the file is, and nothing of how it was stored.
    const { archive: recorded } = (await base.store.get(videoModelId)) ?? {};
    expect(recorded).not.toHaveProperty("options");
  });

  it("leaves a job alone whose copy a version without templates has begun", async () => {
    const job = await base.store.get(videoModelId);
    if (job) await base.store.replace(job, { ...job, copyRuns: 1 });

    await archive(byTeam());

    expect(await objectKeys()).toEqual([`${videoModelId}.json`, `${videoModelId}.mp4`]);
  });
});

function firstThen<Args extends unknown[], Result>(
  first: (...args: Args) => Result,
  then: (...args: Args) => Result,
): (...args: Args) => Result {
  let calls = 0;
  return (...args) => (calls++ === 0 ? first : then)(...args);
}

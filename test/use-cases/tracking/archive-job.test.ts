import { BUCKET } from "@akool-archiver/test-support/s3-fixture.ts";
import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import type { VideoCopier } from "#archive/copy/copy-video.ts";
import { SourceUnavailable } from "#archive/errors.ts";
import { EXECUTION, MP4_CONTENT, START, VIDEO_URL } from "#test/support/jobs.ts";
import { versionedBucket } from "#test/support/versioned-bucket.ts";
import { archiveJob, JobUnknown } from "#use-cases/tracking/archive-job.ts";
import { archiveTests, STORED } from "./archive-tests.ts";

const given = archiveTests();

describe("archiving a completed job", () => {
  it("records what the file is, and every doubt about it", async () => {
    const job = await given.test.record();
    const akool = { ...job?.akool, video_duration: 99, resolution: "720p" };
    const creation = { durationSeconds: 10, resolution: "480p" };
    if (job) await given.test.base.store.replace(job, { ...job, akool, creation });

    await given.test.archive();

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
    expect(await given.test.record()).toMatchObject({ archive: told });
    expect(given.test.base.published.at(-1)?.Detail).toMatchObject({ video: told });
  });

  it("records no comparison where there is nothing to compare the file with", async () => {
    await given.test.archive();

    expect((await given.test.record())?.archive).not.toHaveProperty("comparison");
  });

  it("records what the store holds, publishes it, and puts AKOOL's answer beside it", async () => {
    const result = await given.test.archive();

    const job = await given.test.record();
    expect(job).toMatchObject({
      status: "archived",
      archive: {
        bucket: BUCKET,
        key: `${given.test.videoModelId}.mp4`,
        sourceUrl: VIDEO_URL,
        archivedAt: "2026-01-05T12:00:00.000Z",
        ...STORED,
      },
    });
    expect(result).toEqual({ status: "archived" });
    expect(given.test.base.published.at(-1)?.Detail).toMatchObject({
      status: "archived",
      video: { key: `${given.test.videoModelId}.mp4` },
    });
    const sidecar = await given.test.s3.send(
      new GetObjectCommand({ Bucket: BUCKET, Key: `${given.test.videoModelId}.json` }),
    );
    expect(JSON.parse((await sidecar.Body?.transformToString()) ?? "")).toMatchObject({
      akool: job?.akool,
      files: [{ role: "video", bytes: 42 }],
    });
  });

  it("tells in bucket, event and provenance of a signed address without its query", async () => {
    const signed = `${VIDEO_URL}?Expires=1&Signature=5f2e9c1a&Key-Pair-Id=K1`;
    const input = "https://inputs.example/face.png#key=5f2e9c1a";
    const job = await given.test.record();
    const prompt = "Close-up: is she smiling? Then fade to scene #2.";
    const companion = "https://d3323c6w59hl44.cloudfront.net/a.srt";
    const akool = {
      _id: given.test.videoModelId,
      video: signed,
      image_url: input,
      prompt,
      file_name: "take: 2? #3.mp4",
      audio_splits: { original_srt_url: `${companion}?Signature=5f2e9c1a` },
    };
    if (job) await given.test.base.store.replace(job, { ...job, akool });

    const result = await given.test.archive({
      ...given.test.dependencies,
      copier: given.test.copierFor({ [signed]: "ok" }),
    });

    const recorded = await given.test.record();
    // The record alone knows the whole address: the video is fetched from it.
    expect(recorded).toMatchObject({ akool, archive: { sourceUrl: VIDEO_URL } });
    const sidecar = await given.test.s3.send(
      new GetObjectCommand({ Bucket: BUCKET, Key: `${given.test.videoModelId}.json` }),
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
    const job = await given.test.record();
    if (job) await given.test.base.store.acknowledge(job, 2);

    await given.test.archive();

    expect(given.test.base.published.map(({ Detail }) => Detail.status)).toEqual(["archived"]);
  });

  it("is left to the sweeper, to be published, when the bus takes nothing", async () => {
    const down = {
      ...given.test.dependencies,
      publish: () => Promise.reject(new Error("the bus is down")),
    };

    expect(await given.test.archive(down)).toEqual({ status: "archived" });

    expect(await given.test.record()).toMatchObject({
      publishedSeq: 0,
      sweptOnlyToPublish: true,
      sweepAt: "2026-01-05T12:00:00.000Z",
    });
  });

  it.each([true, false])(
    "leaves the job in the sweeper's index if an upload is left: %s",
    async (left) => {
      await given.test.archive({
        ...given.test.dependencies,
        copier: given.test.copierFor({ [VIDEO_URL]: "ok" }, left),
      });

      const job = await given.test.record();
      expect(job?.status).toBe("archived");
      expect(job?.sweepAt !== undefined).toBe(left);
    },
  );

  it("leaves the job in the sweeper's index if another run copies as well", async () => {
    const slow: VideoCopier = {
      async copy(url, place, deadline) {
        const failing = given.test.copierFor({ [url]: new SourceUnavailable("500") });
        await given.test.archive({ ...given.test.dependencies, copier: failing }).catch(() => {});
        return given.test.dependencies.copier.copy(url, place, deadline);
      },
    };

    await given.test.archive({ ...given.test.dependencies, copier: slow });

    expect(await given.test.record()).toMatchObject({
      status: "archived",
      copyRuns: 2,
      sweepAt: expect.any(String),
    });
  });

  it("writes no sidecar over the one of a run that was faster", async () => {
    const bucket = versionedBucket(() => START);
    const at = { Bucket: BUCKET, Key: `${given.test.videoModelId}.json` };
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
        await given.test.archive({ ...given.test.dependencies, s3: bucket.s3, copier: fast });
        return { place, content: MP4_CONTENT, video: { ...STORED, bytes: 7 }, leftUpload: false };
      },
    };

    await expect(
      given.test.archive({ ...given.test.dependencies, s3: bucket.s3, copier: slow }),
    ).rejects.toMatchObject({
      name: "CopyOvertaken",
    });

    expect(await given.test.record()).toMatchObject({ archive: { bytes: STORED.bytes } });
    const { VersionId } = await bucket.s3.send(new HeadObjectCommand(at));
    expect(VersionId).toBe("v1");
  });

  it("a second time copies nothing, and publishes nothing again", async () => {
    await given.test.archive();
    const once = given.test.base.published.length;

    await given.test.archive();

    expect(given.test.copied).toHaveLength(1);
    expect(given.test.base.published).toHaveLength(once);
  });

  it.each([
    ["another execution owns it", { execution: "other" }],
    ["it was cancelled", { status: "cancelled" as const }],
  ])("does nothing when %s", async (_, changes) => {
    const job = await given.test.record();
    if (job) await given.test.base.store.replace(job, { ...job, ...changes });

    await given.test.archive();

    expect(given.test.copied).toEqual([]);
  });

  it("refuses a job that there is no record of", async () => {
    await expect(
      archiveJob(given.test.dependencies, {
        request: { videoModelId: "unknown-job" },
        execution: EXECUTION,
      }),
    ).rejects.toThrow(JobUnknown);
  });

  it("leaves the record and the bucket alone when the copy fails", async () => {
    const failing = {
      ...given.test.dependencies,
      copier: given.test.copierFor({ [VIDEO_URL]: new SourceUnavailable("500") }),
    };

    await expect(given.test.archive(failing)).rejects.toThrow(SourceUnavailable);

    expect(await given.test.record()).toMatchObject({ status: "completed", copyRuns: 1 });
    expect(await given.test.objectKeys()).toEqual([]);
  });
});

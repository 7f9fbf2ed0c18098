import {
  DeleteObjectCommand,
  type HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it } from "vitest";
import type { VideoCopier } from "#archive/copy/copy-video.ts";
import { SourceIncomplete } from "#archive/errors.ts";
import { conclude } from "#domain/job/transition.ts";
import { MP4_CONTENT, OBSERVATIONS, START, VIDEO_URL } from "#test/support/jobs.ts";
import { archiveTests, STORED } from "./archive-tests.ts";

const given = archiveTests();

describe("a file that the source does not serve whole", () => {
  const CUT = { ...MP4_CONTENT, cut: "its last box (mdat) lacks 9 of its 99 bytes" };
  const doubtfulKey = () => `doubtful/${given.test.videoModelId}.mp4`;
  const keeping = (change: () => Promise<void> = async () => {}): VideoCopier => ({
    async copy(_, place) {
      const at = { ...place, key: doubtfulKey() };
      await given.test.s3.send(
        new PutObjectCommand({ Bucket: at.bucket, Key: at.key, Body: "vid" }),
      );
      await change();
      throw new SourceIncomplete(CUT.cut, { place: at, video: STORED, content: CUT });
    },
  });
  const incomplete = { name: "SourceIncomplete", message: CUT.cut };

  beforeEach(() => {
    // AKOOL is asked for a fresh address, and has none.
    given.test.base.answers.push(OBSERVATIONS.completed);
  });

  it("is on record as soon as it is kept, with AKOOL's answer beside it", async () => {
    await expect(
      given.test.archive({ ...given.test.dependencies, copier: keeping() }),
    ).rejects.toMatchObject(incomplete);

    const job = await given.test.record();
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
    expect(await given.test.objectKeys()).toEqual([
      `doubtful/${given.test.videoModelId}.json`,
      doubtfulKey(),
    ]);
  });

  it("is known to the next run, and gone when that has archived a whole one", async () => {
    await given.test.archive({ ...given.test.dependencies, copier: keeping() }).catch(() => {});
    let known: unknown;
    const copier: VideoCopier = {
      copy(url, place, deadline, claim) {
        known = claim?.storedCut;
        return given.test.dependencies.copier.copy(url, place, deadline, claim);
      },
    };

    await given.test.archive({ ...given.test.dependencies, copier });

    expect(known).toMatchObject({ bytes: STORED.bytes, checksum: STORED.checksum });
    const job = await given.test.record();
    expect(job).toMatchObject({
      status: "archived",
      archive: { key: `${given.test.videoModelId}.mp4` },
    });
    expect(job).not.toHaveProperty("doubtful");
    expect(await given.test.objectKeys()).toEqual([
      `${given.test.videoModelId}.json`,
      `${given.test.videoModelId}.mp4`,
    ]);
  });

  it("is left to the sweeper, when it cannot be removed", async () => {
    await given.test.archive({ ...given.test.dependencies, copier: keeping() }).catch(() => {});
    const failing = { ...given.test.s3, send: given.test.s3.send.bind(given.test.s3) };
    Object.assign(failing, {
      send: (command: unknown) =>
        command instanceof DeleteObjectCommand
          ? Promise.reject(new Error("throttled"))
          : given.test.s3.send(command as HeadObjectCommand),
    });

    await given.test.archive({ ...given.test.dependencies, s3: failing as unknown as S3Client });

    expect(await given.test.record()).toMatchObject({
      status: "archived",
      sweepAt: expect.any(String),
    });
  });

  it("does not outlive its job's cancellation", async () => {
    const copier = keeping(async () => {
      const job = await given.test.record();
      if (job) await given.test.base.store.replace(job, conclude(job, "cancelled", START));
    });

    await expect(given.test.archive({ ...given.test.dependencies, copier })).rejects.toMatchObject(
      incomplete,
    );

    expect(await given.test.objectKeys()).toEqual([]);
    expect(await given.test.record()).not.toHaveProperty("doubtful");
  });

  it.each(["before", "not yet"] as const)("is not recorded again: %s", async (state) => {
    const copier = given.test.copierFor({ [VIDEO_URL]: new SourceIncomplete(CUT.cut, state) });

    await expect(given.test.archive({ ...given.test.dependencies, copier })).rejects.toMatchObject(
      incomplete,
    );

    expect(await given.test.record()).not.toHaveProperty("doubtful");
  });
});

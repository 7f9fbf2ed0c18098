import { BUCKET } from "@akool-archiver/test-support/s3-fixture.ts";
import { GetObjectTaggingCommand } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it } from "vitest";
import type { VideoCopier } from "#archive/copy/copy-video.ts";
import { SourceUnavailable } from "#archive/errors.ts";
import { VIDEO_URL } from "#test/support/jobs.ts";
import { keyTemplate } from "#test/support/key-template.ts";
import { archiveTests } from "./archive-tests.ts";

const given = archiveTests();

describe("a template for keys", () => {
  const byTeam = () => ({
    ...given.test.dependencies,
    keyTemplate: keyTemplate("{tag.team}/{videoModelId}"),
  });

  beforeEach(async () => {
    const job = await given.test.record();
    if (job) await given.test.base.store.replace(job, { ...job, tags: { team: "red" } });
  });

  it("names video and sidecar, and is on the record before the first copy", async () => {
    const using = byTeam();
    let before: string | undefined;
    const copier: VideoCopier = {
      async copy(...copy) {
        before = (await given.test.record())?.keyStem;
        return given.test.dependencies.copier.copy(...copy);
      },
    };

    await given.test.archive({ ...using, copier });

    expect(before).toBe(`red/${given.test.videoModelId}`);
    expect(await given.test.objectKeys()).toEqual([
      `red/${given.test.videoModelId}.json`,
      `red/${given.test.videoModelId}.mp4`,
    ]);
    expect((await given.test.record())?.archive?.key).toBe(`red/${given.test.videoModelId}.mp4`);
  });

  it("names a job only once: a later run has the key of the first", async () => {
    const failing = given.test.copierFor({ [VIDEO_URL]: new SourceUnavailable("500") });
    await given.test.archive({ ...byTeam(), copier: failing }).catch(() => {});
    const job = await given.test.record();
    if (job) await given.test.base.store.replace(job, { ...job, tags: { team: "blue" } });

    await given.test.archive({
      ...given.test.dependencies,
      keyTemplate: keyTemplate("videos/{videoModelId}"),
    });

    expect(await given.test.objectKeys()).toEqual([
      `red/${given.test.videoModelId}.json`,
      `red/${given.test.videoModelId}.mp4`,
    ]);
  });

  it("goes with tags on every object, of those that the job has", async () => {
    await given.test.archive({ ...byTeam(), objectTags: ["team", "project"] });

    const [sidecar] = await given.test.objectKeys();
    expect(sidecar).toBe(`red/${given.test.videoModelId}.json`);
    const at = { Bucket: BUCKET, Key: sidecar };
    const { TagSet } = await given.test.s3.send(new GetObjectTaggingCommand(at));
    expect(TagSet).toEqual([{ Key: "team", Value: "red" }]);
    // The record says where the file is, and nothing of how it was stored.
    const { archive: recorded } = (await given.test.record()) ?? {};
    expect(recorded).not.toHaveProperty("options");
  });

  it("leaves a job alone whose copy a version without templates has begun", async () => {
    const job = await given.test.record();
    if (job) await given.test.base.store.replace(job, { ...job, copyRuns: 1 });

    await given.test.archive(byTeam());

    expect(await given.test.objectKeys()).toEqual([
      `${given.test.videoModelId}.json`,
      `${given.test.videoModelId}.mp4`,
    ]);
  });
});

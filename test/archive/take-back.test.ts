import { readdir } from "node:fs/promises";
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endUploads, takeBack } from "#archive/take-back.ts";
import { BUCKET, type S3Fixture, s3Fixture } from "#test/local/stand-ins/s3/s3-fixture.ts";

let fixture: S3Fixture;
beforeEach(async () => {
  fixture = await s3Fixture();
});
afterEach(() => fixture.close());

const put = (Key: string) =>
  fixture.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "x" }));
const openUpload = (Key: string) =>
  fixture.client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
const uploads = async () => {
  const { Uploads } = await fixture.client.send(
    new ListMultipartUploadsCommand({ Bucket: BUCKET }),
  );
  return (Uploads ?? []).map(({ Key }) => Key);
};
const objects = async () => (await readdir(fixture.videos)).toSorted();
const job = { bucket: BUCKET, videoModelId: "cancelled-job" };

describe("taking back what a job has left", () => {
  beforeEach(async () => {
    for (const key of [
      "cancelled-job.mp4",
      "cancelled-job.json",
      "cancelled-job.mp4.upload.json",
    ]) {
      await put(key);
    }
    await openUpload("cancelled-job.mp4");
    await put("cancelled-job-2.mp4");
    await openUpload("cancelled-job-2.mp4");
  });

  it("removes its video, sidecar, upload and upload record, and nothing of another job", async () => {
    await takeBack(fixture.client, job, async () => true);

    expect(await objects()).toEqual(["cancelled-job-2.mp4"]);
    expect(await uploads()).toEqual(["cancelled-job-2.mp4"]);
  });

  it("may be repeated when there is nothing left", async () => {
    await takeBack(fixture.client, job, async () => true);

    await expect(takeBack(fixture.client, job, async () => true)).resolves.toBeUndefined();
  });

  it("removes nothing when the job has been begun again meanwhile", async () => {
    await takeBack(fixture.client, job, async () => false);

    expect(await objects()).toHaveLength(4);
    expect(await uploads()).toHaveLength(2);
  });

  it("asks whether the job is over only when it knows what would go", async () => {
    await takeBack(fixture.client, { ...job, videoModelId: "no-such-job" }, async () => {
      await put("no-such-job.mp4");
      return true;
    });

    expect(await objects()).toContain("no-such-job.mp4");
  });

  it("fails when the store does, so that it is repeated", async () => {
    fixture.client.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === "DeleteObjectCommand") throw new Error("store down");
        return next(args);
      },
      { step: "initialize" },
    );

    await expect(takeBack(fixture.client, job, async () => true)).rejects.toThrow("store down");
  });
});

describe("ending the uploads of an archived job", () => {
  it("leaves its video, and what belongs to another job", async () => {
    await put("archived-job.mp4");
    await openUpload("archived-job.mp4");
    await openUpload("archived-job.mp4");
    await openUpload("archived-job-2.mp4");

    await endUploads(fixture.client, { bucket: BUCKET, videoModelId: "archived-job" });

    expect(await objects()).toEqual(["archived-job.mp4"]);
    expect(await uploads()).toEqual(["archived-job-2.mp4"]);
  });
});

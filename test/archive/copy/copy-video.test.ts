import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { putJson } from "#archive/upload/objects.ts";
import { sidecarPlace, videoPlace } from "#archive/upload/places.ts";
import { BUCKET, checksumOf, intercept, video } from "./copy-fixture.ts";
import { copyFrom, copyTests } from "./copy-tests.ts";

const MEGABYTE = 1024 * 1024;

const given = copyTests();

describe("copying a video", () => {
  it.each([
    ["in one piece", 100_000],
    ["in parts", 20 * MEGABYTE],
  ])("stores it byte for byte, %s, with type and the checksum of the whole", async (_, bytes) => {
    const file = video(bytes);

    const copied = await copyFrom(given, (response) =>
      response.writeHead(200, { "content-type": "video/x-m4v", "content-length": bytes }).end(file),
    );

    const checksum = checksumOf(file);
    expect(copied).toMatchObject({
      video: { bytes, contentType: "video/mp4", checksum },
      leftUpload: false,
    });
    expect((await given.fixture.stored(given.place)).equals(file)).toBe(true);
  });

  it("gives a video with a sloppy type the type that browsers know", async () => {
    const copied = await copyFrom(given, (response) => response.end(video(50_000)));

    expect(copied.video.contentType).toBe("video/mp4");
  });

  it("aborts what an earlier try of the same video has left open, and nothing else", async () => {
    const create = (Key: string) =>
      given.s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
    const { UploadId } = await create(given.place.key);
    await given.s3.send(
      new UploadPartCommand({
        Bucket: BUCKET,
        Key: given.place.key,
        UploadId,
        PartNumber: 1,
        Body: "x",
      }),
    );
    await create(`${given.place.key}.other`);

    const copied = await copyFrom(given, (response) => response.end(video(1_000)));

    const uploads = await given.s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    expect(uploads.Uploads?.map(({ Key }) => Key)).toEqual([`${given.place.key}.other`]);
    expect(copied.leftUpload).toBe(false);
  });

  it("reports when the store would not end what an earlier try has left open", async () => {
    await given.s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: given.place.key }));
    intercept(given.s3, "AbortMultipartUploadCommand", () => {
      throw new Error("throttled");
    });

    const copied = await copyFrom(given, (response) => response.end(video(1_000)));

    expect(copied).toMatchObject({ video: { bytes: 1_000 }, leftUpload: true });
  });
});

describe("an object that another run has stored", () => {
  const other = (Body: string) =>
    given.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: given.place.key, Body }));

  it.each([
    ["in one piece", 1_000],
    ["in parts", 20 * MEGABYTE],
  ])("while the copy ran stays, and the copy leaves nothing: %s", async (_, bytes) => {
    const copying = copyFrom(given, async (response) => {
      await other("the other's");
      response.end(video(bytes));
    });

    await expect(copying).rejects.toMatchObject({ name: "CopyOvertaken" });

    expect((await given.fixture.stored(given.place)).toString()).toBe("the other's");
    expect(await given.fixture.leftovers(given.place)).toEqual([given.place.key]);
  });

  it("before the copy began is replaced", async () => {
    await other("of a run that died before it could record it");

    await copyFrom(given, (response) => response.end(video(1_000)));

    expect((await given.fixture.stored(given.place)).length).toBe(1_000);
  });

  it("that was to be replaced, and was deleted meanwhile, fails the copy too", async () => {
    await other("of a run that was cancelled");
    const copying = copyFrom(given, async (response) => {
      await given.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: given.place.key }));
      response.end(video(1_000));
    });

    await expect(copying).rejects.toMatchObject({ name: "CopyOvertaken" });
  });
});

describe("the sidecar", () => {
  it("is readable JSON beside the video", async () => {
    const sidecar = sidecarPlace(videoPlace(BUCKET, "689174694b4dbdd4ab3d28c9"));
    await putJson(given.s3, sidecar, { akool: { _id: "1" } });

    const { Body, ContentType } = await given.s3.send(
      new GetObjectCommand({ Bucket: BUCKET, Key: sidecar.key }),
    );

    expect(sidecar.key).toBe("689174694b4dbdd4ab3d28c9.json");
    expect(ContentType).toBe("application/json");
    expect(JSON.parse((await Body?.transformToString()) ?? "")).toEqual({ akool: { _id: "1" } });
  });
});

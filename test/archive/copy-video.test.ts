import type { ServerResponse } from "node:http";
import { crc32 } from "node:zlib";
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createStreamCopier } from "#archive/copy-video.ts";
import { downloadPolicy } from "#archive/download-guard.ts";
import { ArchiveCorrupt } from "#archive/errors.ts";
import { putJson, sidecarPlace, videoPlace } from "#archive/objects.ts";
import { serve, type TestServer } from "#test/support/http-server.ts";

const BUCKET = "videos";
const place = videoPlace(BUCKET, "689174694b4dbdd4ab3d28c9");

let store: FauxqsServer;
let s3: S3Client;
let source: TestServer | undefined;

beforeAll(async () => {
  store = await startFauxqs({ port: 0, logger: false });
  store.createBucket(BUCKET);
  s3 = new S3Client({
    endpoint: store.address,
    region: "eu-central-1",
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});
afterEach(async () => {
  await source?.close();
  source = undefined;
  store.emptyBucket(BUCKET);
});
afterAll(() => store.stop());

function video(bytes: number): Buffer {
  const file = Buffer.alloc(bytes, "video bytes that are not all the same ");
  file.write("\0\0\0\x18ftypisom", 0, "latin1");
  return file;
}

async function copyFrom(answer: (response: ServerResponse) => void, maxBytes = 1e9) {
  source = await serve((_request, response) => answer(response));
  const copier = createStreamCopier({
    s3,
    policy: downloadPolicy("", source.origin),
    maxBytes,
    timeoutMs: 20_000,
    idleTimeoutMs: 500,
  });
  return copier.copy(`${source.origin}/a.mp4`, place);
}

async function leftovers() {
  const objects = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  return [...(objects.Contents ?? []), ...(uploads.Uploads ?? [])];
}

async function stored() {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: place.key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

describe("copying a video", () => {
  it.each([
    ["in one piece", 100_000],
    ["in parts", 20 * 1024 * 1024],
  ])("stores it byte for byte, %s, with type and checksum", async (_, bytes) => {
    const file = video(bytes);

    const copied = await copyFrom((response) =>
      response.writeHead(200, { "content-type": "video/mp4", "content-length": bytes }).end(file),
    );

    expect(copied).toMatchObject({
      bytes,
      contentType: "video/mp4",
      checksum: expect.stringMatching(/^crc32:/),
    });
    expect((await stored()).equals(file)).toBe(true);
  });

  it("has the checksum of the whole content when the store computes one", async () => {
    const file = video(50_000);

    const copied = await copyFrom((response) => response.end(file));

    const expected = Buffer.alloc(4);
    expected.writeUInt32BE(crc32(file));
    expect(copied.checksum).toBe(`crc32:${expected.toString("base64")}`);
    expect(copied.contentType).toBe("video/mp4");
  });

  it("overwrites what an earlier try has left, and aborts its upload", async () => {
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: place.key }),
    );
    await s3.send(
      new UploadPartCommand({ Bucket: BUCKET, Key: place.key, UploadId, PartNumber: 1, Body: "x" }),
    );
    await s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: `${place.key}.other` }));

    await copyFrom((response) => response.end(video(1_000)));

    const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    expect(uploads.Uploads?.map(({ Key }) => Key)).toEqual([`${place.key}.other`]);
  });

  const MANY = 20 * 1024 * 1024;
  it.each([
    [
      "a body that ends early",
      (r: ServerResponse) => {
        r.writeHead(200, { "content-length": 1_000_000 });
        r.write(video(600_000), () => r.destroy());
      },
      "SourceInterrupted",
    ],
    [
      "a large body that ends early",
      (r: ServerResponse) => {
        r.writeHead(200, { "content-length": MANY });
        r.write(video(MANY - 5_000_000), () => r.destroy());
      },
      "SourceInterrupted",
    ],
    [
      "an HTML page",
      (r: ServerResponse) => void r.writeHead(200, { "content-type": "text/html" }).end(video(99)),
      "NotAVideo",
    ],
    [
      "a page that calls itself a video",
      (r: ServerResponse) =>
        void r.writeHead(200, { "content-type": "video/mp4" }).end("<html>no video</html>"),
      "NotAVideo",
    ],
    ["a file over the cap", (r: ServerResponse) => void r.end(video(3_000_000)), "VideoTooLarge"],
    [
      "a large file over the cap, noticed late",
      (r: ServerResponse) => void r.end(video(MANY)),
      "VideoTooLarge",
    ],
    [
      "a body that stalls",
      (r: ServerResponse) => {
        r.writeHead(200, { "content-length": 1_000_000 });
        r.write(video(10_000));
      },
      "SourceInterrupted",
    ],
  ])("leaves no object and no open upload behind after %s", async (_, answer, name) => {
    const cap = name === "VideoTooLarge" ? 2_000_000 : 1e9;

    await expect(copyFrom(answer, cap)).rejects.toMatchObject({
      name: expect.stringMatching(new RegExp(name)),
    });

    expect(await leftovers()).toEqual([]);
  });

  it("believes the store only: another size there is deleted and reported", async () => {
    const lying = s3.middlewareStack.clone();
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args);
        if (context.commandName === "HeadObjectCommand")
          Object.assign(result.output, { ContentLength: 7 });
        return result;
      },
      { step: "initialize", name: "lie" },
    );

    await expect(copyFrom((response) => response.end(video(1_000)))).rejects.toThrow(
      ArchiveCorrupt,
    );

    s3.middlewareStack.remove("lie");
    expect(lying).toBeDefined();
    expect(await leftovers()).toEqual([]);
  });
});

describe("the sidecar", () => {
  it("is readable JSON beside the video", async () => {
    const sidecar = sidecarPlace(BUCKET, "689174694b4dbdd4ab3d28c9");
    await putJson(s3, sidecar, { akool: { _id: "1" } });

    const { Body, ContentType } = await s3.send(
      new GetObjectCommand({ Bucket: BUCKET, Key: sidecar.key }),
    );

    expect(sidecar.key).toBe("689174694b4dbdd4ab3d28c9.json");
    expect(ContentType).toBe("application/json");
    expect(JSON.parse((await Body?.transformToString()) ?? "")).toEqual({ akool: { _id: "1" } });
  });
});

import { PutObjectCommand, S3Client, type StorageClass } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { conclude } from "#domain/job/transition.ts";
import { ARCHIVE, completedJob, START, VIDEO_ID } from "#test/support/jobs.ts";
import { type Api, openApi } from "./api-harness.ts";

let api: Api;
let s3: S3Client;

beforeAll(async () => {
  api = await openApi({ VIDEO_LINKS_CHECKED: "true" });
  s3 = new S3Client({ endpoint: api.s3Endpoint, region: "us-east-1" });
  const job = { ...completedJob(), archive: { ...ARCHIVE, key: `red/${VIDEO_ID}.mp4` } };
  await api.store.create(conclude(job, "archived", START));
});
afterAll(async () => {
  s3.destroy();
  await api.close();
});

const put = (StorageClass: StorageClass) =>
  s3.send(
    new PutObjectCommand({ Bucket: "videos", Key: `red/${VIDEO_ID}.mp4`, Body: "x", StorageClass }),
  );
const getVideo = () => api.call(`GET /jobs/${VIDEO_ID}/video`);

it("a video that the bucket's rules have deleted is said to be gone, not linked to", async () => {
  expect(await getVideo()).toMatchObject({
    status: 410,
    body: { type: "urn:akool-video-archiver:problem:video-deleted" },
  });
});

it("a video that has to be restored first is not linked to", async () => {
  await put("DEEP_ARCHIVE");

  expect(await getVideo()).toMatchObject({
    status: 409,
    body: {
      type: "urn:akool-video-archiver:problem:video-not-restored",
      detail: `red/${VIDEO_ID}.mp4 is in DEEP_ARCHIVE and has to be restored first, with S3's RestoreObject`,
    },
  });
});

it("a video in a class that can be read is linked to, and offered under its own name", async () => {
  await put("GLACIER_IR");

  const { status, headers } = await getVideo();

  expect(status).toBe(302);
  expect(headers.location).toContain(encodeURIComponent(`filename="${VIDEO_ID}.mp4"`));
});

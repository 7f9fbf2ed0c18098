import { BUCKET, raw, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";

let s3: S3Fixture;

beforeAll(async () => {
  s3 = await s3Fixture();
});

afterAll(() => s3.close());

const at = { Bucket: BUCKET, Key: "k" };

test.each([
  [
    "CopyObject",
    () => s3.client.send(new CopyObjectCommand({ ...at, CopySource: "videos-bucket/other" })),
  ],
  [
    "PutObject",
    () => s3.client.send(new PutObjectCommand({ ...at, Body: "x", CacheControl: "no-store" })),
  ],
  [
    "PutObject",
    () =>
      s3.client.send(new PutObjectCommand({ ...at, Body: "x", ServerSideEncryption: "AES256" })),
  ],
  ["GetObject", () => s3.client.send(new GetObjectCommand({ ...at, IfMatch: "x" }))],
  ["GetObject", () => s3.client.send(new GetObjectCommand({ ...at, VersionId: "1" }))],
  [
    "tagging",
    () => s3.client.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet: [] } })),
  ],
  ["acl", () => s3.client.send(new PutObjectAclCommand({ ...at, ACL: "private" }))],
  ["ListBuckets", () => s3.client.send(new ListBucketsCommand({}))],
  ["delimiter", () => s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Delimiter: "/" }))],
  [
    "delete",
    () =>
      s3.client.send(
        new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: [{ Key: "k" }] } }),
      ),
  ],
])("%s is refused by name", async (name, send) => {
  await expect(send()).rejects.toMatchObject({
    name: "NotImplemented",
    message: expect.stringContaining(name),
    $metadata: { httpStatusCode: 501 },
  });
});

test("an operation that answers HEAD is refused by its status alone", async () => {
  const sending = s3.client.send(new HeadBucketCommand({ Bucket: BUCKET }));

  await expect(sending).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
});

test("an operation must not pass for its neighbour", async () => {
  const answer = await raw(s3.endpoint, "PUT", `/${BUCKET}/k?x-id=CopyObject`, {
    "content-length": "0",
  });

  expect(answer.status).toBe(501);
  expect(answer.body).toContain("CopyObject is not implemented");
});

test("the error document is safe to read whatever the request said", async () => {
  const answer = await raw(s3.endpoint, "GET", `/${BUCKET}/k?<&"'>`);

  expect(answer.body).toContain("<Resource>/videos-bucket/k?&lt;&amp;&quot;&apos;&gt;</Resource>");
});

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BUCKET, raw, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import { ListObjectsV2Command, PutObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";

let s3: S3Fixture;

beforeAll(async () => {
  s3 = await s3Fixture();
  for (const Key of ["b/2", "a", "b/1", "c & d", "b/3", "gone"]) {
    await s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "12345" }));
  }
  await rm(join(s3.videos, "gone"));
});

afterAll(() => s3.close());

test("objects are listed in order, without those whose file was deleted", async () => {
  const answer = await s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET }));

  expect(answer.Contents?.map(({ Key }) => Key)).toEqual(["a", "b/1", "b/2", "b/3", "c & d"]);
  expect(answer.Contents?.[0]).toMatchObject({ Size: 5, LastModified: expect.any(Date) });
  expect(answer.IsTruncated).toBe(false);
});

test("a prefix narrows the list, which may be empty", async () => {
  const some = await s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "b/" }));
  const none = await s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "x" }));

  expect(some.KeyCount).toBe(3);
  expect(none.Contents).toBeUndefined();
});

test("pages follow one another without gap or repetition", async () => {
  const pages: string[][] = [];

  const paginator = paginateListObjectsV2({ client: s3.client, pageSize: 2 }, { Bucket: BUCKET });
  for await (const page of paginator) {
    pages.push((page.Contents ?? []).map(({ Key }) => String(Key)));
  }

  expect(pages).toEqual([["a", "b/1"], ["b/2", "b/3"], ["c & d"]]);
});

test("a continuation beyond the end is an empty page", async () => {
  const ContinuationToken = Buffer.from("zzz").toString("base64url");

  const answer = await s3.client.send(
    new ListObjectsV2Command({ Bucket: BUCKET, ContinuationToken }),
  );

  expect(answer.KeyCount).toBe(0);
});

test.each(["list-type=1", "list-type=2&max-keys=-1"])("%s is refused", async (query) => {
  const answer = await raw(s3.endpoint, "GET", `/${BUCKET}?${query}`);

  expect(answer.body).toContain("<Code>InvalidArgument</Code>");
});

test.each([`/elsewhere?list-type=2`, `/elsewhere?uploads`])("%s names no bucket", async (path) => {
  const answer = await raw(s3.endpoint, "GET", path);

  expect(answer.body).toContain("<Code>NoSuchBucket</Code>");
});

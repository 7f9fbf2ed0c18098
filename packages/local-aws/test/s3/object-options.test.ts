import { BUCKET, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type StorageClass,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";

let s3: S3Fixture;
beforeAll(async () => {
  s3 = await s3Fixture();
});
afterAll(() => s3.close());

const put = (Key: string, more: object) =>
  s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "x", ...more }));
const tagsOf = async (Key: string) =>
  (await s3.client.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key }))).TagSet;
const head = (Key: string) => s3.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));

test("an object has the tags of the request that created it, and shows how many", async () => {
  await put("tagged", { Tagging: "team=R%3AD%20West&cost%20center=%C3%A9t%C3%A9&empty=" });

  expect(await tagsOf("tagged")).toEqual([
    { Key: "team", Value: "R:D West" },
    { Key: "cost center", Value: "été" },
    { Key: "empty", Value: "" },
  ]);
  expect(await head("tagged")).toMatchObject({ TagCount: 3 });
});

test("an object without tags has none", async () => {
  await put("plain", {});

  expect(await tagsOf("plain")).toEqual([]);
  expect((await head("plain")).TagCount).toBeUndefined();
  await expect(tagsOf("missing")).rejects.toMatchObject({ name: "NoSuchKey" });
});

test("replacing an object replaces its tags", async () => {
  await put("replaced", { Tagging: "a=1" });
  await put("replaced", { Tagging: "b=2" });

  expect(await tagsOf("replaced")).toEqual([{ Key: "b", Value: "2" }]);
});

test("a multipart upload gives its object what it was created with", async () => {
  const at = { Bucket: BUCKET, Key: "joined" };
  const create = { ...at, Tagging: "team=blue", StorageClass: "STANDARD_IA" as StorageClass };
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(create));
  const part = { ...at, UploadId, PartNumber: 1, Body: "x" };
  const { ETag } = await s3.client.send(new UploadPartCommand(part));
  const Parts = [{ PartNumber: 1, ETag }];
  await s3.client.send(
    new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }),
  );

  expect(await tagsOf("joined")).toEqual([{ Key: "team", Value: "blue" }]);
  expect(await head("joined")).toMatchObject({ StorageClass: "STANDARD_IA" });
});

test("the storage class is shown, but for the ordinary one", async () => {
  await put("cold/ia", { StorageClass: "GLACIER_IR" });
  await put("cold/standard", { StorageClass: "STANDARD" });

  expect((await head("cold/ia")).StorageClass).toBe("GLACIER_IR");
  expect((await head("cold/standard")).StorageClass).toBeUndefined();
  const { Contents } = await s3.client.send(
    new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "cold/" }),
  );
  expect(Contents?.map(({ StorageClass }) => StorageClass)).toEqual(["GLACIER_IR", "STANDARD"]);
});

test.each(["GLACIER", "DEEP_ARCHIVE"])("an object in %s cannot be read at once", async (cold) => {
  await put("frozen", { StorageClass: cold });

  const reading = s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: "frozen" }));
  await expect(reading).rejects.toMatchObject({
    name: "InvalidObjectState",
    $metadata: { httpStatusCode: 403 },
  });
  expect((await head("frozen")).StorageClass).toBe(cold);
});

test.each([
  [{ Tagging: "a=1&a=2" }, "InvalidArgument"],
  [{ Tagging: "a=1=2" }, "InvalidArgument"],
  [{ Tagging: "a=%zz" }, "InvalidArgument"],
  [{ Tagging: "=1" }, "InvalidTag"],
  [{ Tagging: `${"k".repeat(129)}=1` }, "InvalidTag"],
  [{ Tagging: `a=${"v".repeat(257)}` }, "InvalidTag"],
  [{ Tagging: "a=b%3C" }, "InvalidTag"],
  [{ Tagging: Array.from({ length: 11 }, (_, n) => `t${n}=1`).join("&") }, "BadRequest"],
  [{ StorageClass: "FROZEN" }, "InvalidStorageClass"],
])("%j is refused, as S3 refuses it", async (options, name) => {
  await expect(put("refused", options)).rejects.toMatchObject({
    name,
    $metadata: { httpStatusCode: 400 },
  });
});

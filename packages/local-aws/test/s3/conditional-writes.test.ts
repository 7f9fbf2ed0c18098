import { BUCKET, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { multipartSteps } from "./multipart-steps.ts";

let s3: S3Fixture;
let counter = 0;
const newKey = () => `conditional-${counter++}.mp4`;

beforeAll(async () => {
  s3 = await s3Fixture();
});
afterAll(() => s3.close());

const { create, part, complete, head } = multipartSteps(() => s3);
const put = (Key: string, Body: string, condition: object = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...condition }));

/** Both ways of making an object of one letter. */
const WRITES: [string, (key: string, letter: string, condition: object) => Promise<unknown>][] = [
  ["PutObject", put],
  [
    "CompleteMultipartUpload",
    async (key, letter, condition) => {
      const upload = await create(key);
      return complete(key, upload, [await part(key, upload, 1, Buffer.from(letter))], condition);
    },
  ],
];

describe.each(WRITES)("a conditional %s", (_, write) => {
  test("makes an object where there is none", async () => {
    const key = newKey();

    await write(key, "a", { IfNoneMatch: "*" });

    expect((await head(key)).ContentLength).toBe(1);
  });

  test("is refused where there is one, and leaves it as it was", async () => {
    const key = newKey();
    const { ETag } = await put(key, "a");

    await expect(write(key, "b", { IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "PreconditionFailed",
      $metadata: { httpStatusCode: 412 },
    });

    expect((await head(key)).ETag).toBe(ETag);
  });

  test("replaces the very object that it names, and no other", async () => {
    const key = newKey();
    const { ETag } = await put(key, "a");

    await write(key, "b", { IfMatch: ETag });

    await expect(write(key, "c", { IfMatch: ETag })).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
  });

  test("finds nothing to replace where there is no object", async () => {
    await expect(write(newKey(), "a", { IfMatch: '"0123"' })).rejects.toMatchObject({
      name: "NoSuchKey",
    });
  });

  test.each([{ IfNoneMatch: '"0123"' }, { IfMatch: "*" }, { IfMatch: '"01", "23"' }])(
    "is not implemented with %o",
    async (condition) => {
      await expect(write(newKey(), "a", condition)).rejects.toMatchObject({
        name: "NotImplemented",
      });
    },
  );
});

test("a refused completion leaves its upload open, to be completed after all", async () => {
  const key = newKey();
  const { ETag } = await put(key, "a");
  const upload = await create(key);
  const parts = [await part(key, upload, 1, Buffer.from("b"))];
  await complete(key, upload, parts, { IfNoneMatch: "*" }).catch(() => {});

  await complete(key, upload, parts, { IfMatch: ETag });

  expect((await head(key)).ETag).not.toBe(ETag);
});

test("of concurrent writes to an empty place one is admitted", async () => {
  const key = newKey();

  const writes = ["a", "b", "c", "d"].map((letter) => put(key, letter, { IfNoneMatch: "*" }));
  const outcomes = await Promise.allSettled(writes);

  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

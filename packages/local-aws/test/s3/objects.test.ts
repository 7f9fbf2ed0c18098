import { createHash, randomBytes } from "node:crypto";
import { access, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { BUCKET, raw, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let s3: S3Fixture;

beforeAll(async () => {
  s3 = await s3Fixture();
});

afterAll(() => s3.close());

function put(Key: string, Body: string | Buffer | Readable, more: object = {}) {
  return s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more }));
}

function get(Key: string, more: object = {}) {
  return s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key, ...more }));
}

function head(Key: string, more: object = {}) {
  return s3.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key, ...more }));
}

function crc32Of(bytes: Buffer): string {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(bytes));
  return value.toString("base64");
}

describe("an object", () => {
  test("is a plain file with exactly its bytes", async () => {
    const bytes = randomBytes(100_000);

    const answer = await put("a/deep/video.mp4", bytes);

    expect((await readFile(join(s3.videos, "a/deep/video.mp4"))).equals(bytes)).toBe(true);
    expect(answer.ETag).toBe(`"${createHash("md5").update(bytes).digest("hex")}"`);
    expect(answer.ChecksumCRC32).toBe(crc32Of(bytes));
    expect(answer.ChecksumType).toBe("FULL_OBJECT");
  });

  test("keeps its content type, its metadata and its checksum", async () => {
    await put("kept.mp4", "12345", { ContentType: "video/mp4", Metadata: { job: "<42>" } });

    const answer = await head("kept.mp4", { ChecksumMode: "ENABLED" });

    expect(answer).toMatchObject({
      ContentType: "video/mp4",
      ContentLength: 5,
      Metadata: { job: "<42>" },
      ChecksumCRC32: crc32Of(Buffer.from("12345")),
      ChecksumType: "FULL_OBJECT",
      AcceptRanges: "bytes",
    });
    expect(Math.abs(Date.now() - Number(answer.LastModified))).toBeLessThan(60_000);
  });

  test("shows no checksum to those who do not ask", async () => {
    await put("quiet.mp4", "12345");

    const answer = await head("quiet.mp4");

    expect(answer.ChecksumCRC32).toBeUndefined();
  });

  test("has no checksum and S3's own content type when it came with neither", async () => {
    await raw(s3.endpoint, "PUT", `/${BUCKET}/bare`, { "content-length": "3" }, "abc");

    const answer = await head("bare", { ChecksumMode: "ENABLED" });

    expect(answer.ChecksumCRC32).toBeUndefined();
    expect(answer.ContentType).toBe("binary/octet-stream");
  });

  test("is replaced as a whole", async () => {
    await put("twice.json", "the first and longer text");
    await put("twice.json", "second");

    const answer = await get("twice.json");

    expect(await answer.Body?.transformToString()).toBe("second");
  });

  test("may be empty", async () => {
    await put("empty", "");

    const answer = await get("empty");

    expect(await answer.Body?.transformToString()).toBe("");
    expect(answer.ContentLength).toBe(0);
  });

  test("may have any name that can be a file", async () => {
    const key = "ünï cödé/+&<b> 100%?#.mp4";
    await put(key, "named");

    const answer = await get(key);

    expect(await answer.Body?.transformToString()).toBe("named");
    expect(await readFile(join(s3.videos, key), "utf8")).toBe("named");
  });

  test("comes as a stream of known length", async () => {
    const parts = [randomBytes(70_000), randomBytes(70_000)];
    await put("stream.mp4", Readable.from(parts), { ContentLength: 140_000 });

    const answer = await get("stream.mp4");

    expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? [])).toEqual(
      Buffer.concat(parts),
    );
  });

  test("is gone after its deletion, which may be repeated", async () => {
    await put("gone.mp4", "x");

    await s3.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "gone.mp4" }));
    await s3.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "gone.mp4" }));

    await expect(get("gone.mp4")).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(access(join(s3.videos, "gone.mp4"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is still there after a restart", async () => {
    await put("durable.mp4", "12345", { ContentType: "video/mp4" });

    await s3.restart();

    const answer = await get("durable.mp4");
    expect(await answer.Body?.transformToString()).toBe("12345");
    expect(answer.ContentType).toBe("video/mp4");
  });
});

describe("a file that was touched by hand", () => {
  test("is no object any more when it was deleted", async () => {
    await put("by-hand.mp4", "12345");

    await rm(join(s3.videos, "by-hand.mp4"));

    await expect(head("by-hand.mp4")).rejects.toMatchObject({ name: "NotFound" });
  });

  test("is reported when its size is another", async () => {
    await put("edited.mp4", "12345");

    await writeFile(join(s3.videos, "edited.mp4"), "123456");

    await expect(get("edited.mp4")).rejects.toThrow(/was changed/);
  });

  test("is no object when it was laid there", async () => {
    await writeFile(join(s3.videos, "stray.mp4"), "12345");

    await expect(get("stray.mp4")).rejects.toMatchObject({ name: "NoSuchKey" });
    await s3.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "stray.mp4" }));
    expect(await readFile(join(s3.videos, "stray.mp4"), "utf8")).toBe("12345");
  });
});

describe("a range", () => {
  beforeAll(async () => {
    await put("range.mp4", "0123456789");
  });

  test.each([
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=8-100", "89", "bytes 8-9/10"],
    ["bytes=-100", "0123456789", "bytes 0-9/10"],
  ])("%s gives %s", async (Range, expected, contentRange) => {
    const answer = await get("range.mp4", { Range });

    expect(await answer.Body?.transformToString()).toBe(expected);
    expect(answer.ContentRange).toBe(contentRange);
    expect(answer.$metadata.httpStatusCode).toBe(206);
    expect(answer.ChecksumCRC32).toBeUndefined();
  });

  test("is honoured by HEAD as well", async () => {
    const answer = await head("range.mp4", { Range: "bytes=0-1" });

    expect(answer).toMatchObject({ ContentLength: 2, ContentRange: "bytes 0-1/10" });
  });

  test.each(["bytes=10-12", "bytes=-0", "bytes=5-2"])("%s is refused with 416", async (Range) => {
    await expect(get("range.mp4", { Range })).rejects.toMatchObject({
      name: "InvalidRange",
      $metadata: { httpStatusCode: 416 },
    });
  });

  test.each(["bytes=0-1,3-4", "items=0-1", "bytes=-"])("%s is not implemented", async (Range) => {
    await expect(get("range.mp4", { Range })).rejects.toMatchObject({ name: "NotImplemented" });
  });
});

describe("what is refused", () => {
  test.each([
    ["../outside", "%2e%2e/outside"],
    ["a/../../outside", "a/../../outside"],
    ["./here", "./here"],
    ["a//b", "a//b"],
    ["a/ (a folder)", "a/"],
    ["an absolute path", "%2Fetc/passwd"],
    ["a backslash", "a%5C..%5Cb"],
    ["a NUL", "a%00b"],
    ["a name of 300 bytes", "x".repeat(300)],
  ])("the key %s", async (_name, path) => {
    const headers = { "content-length": "1" };

    const answer = await raw(s3.endpoint, "PUT", `/${BUCKET}/${path}`, headers, "x");

    expect(answer.status).toBe(400);
    expect(answer.body).toContain("<Code>InvalidArgument</Code>");
    expect(await readdir(s3.root)).toEqual(["metadata", "videos"]);
  });

  test("a key that is too long", async () => {
    await expect(put(`${"long/".repeat(300)}x`, "x")).rejects.toMatchObject({
      name: "KeyTooLongError",
    });
  });

  test("an address that cannot be decoded", async () => {
    const answer = await raw(s3.endpoint, "GET", `/${BUCKET}/%zz`);

    expect(answer.body).toContain("<Code>InvalidURI</Code>");
  });

  test("an object below another object, and the other way round", async () => {
    await put("file", "x");
    await put("folder/file", "x");

    await expect(put("file/below", "x")).rejects.toMatchObject({ name: "NotImplemented" });
    await expect(put("file/far/below", "x")).rejects.toMatchObject({ name: "NotImplemented" });
    await expect(put("folder", "x")).rejects.toMatchObject({ name: "NotImplemented" });
    expect((await s3.leftovers()).filter((path) => !path.startsWith("objects"))).toEqual([]);
  });

  test("a bucket that does not exist", async () => {
    const Bucket = "elsewhere";

    const writing = s3.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
    await expect(writing).rejects.toMatchObject({ name: "NoSuchBucket" });

    const reading = s3.client.send(new GetObjectCommand({ Bucket, Key: "k" }));
    await expect(reading).rejects.toMatchObject({ name: "NoSuchBucket" });
  });
});

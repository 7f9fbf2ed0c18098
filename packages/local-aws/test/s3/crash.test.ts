import { randomBytes } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BUCKET, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OverlappingDirectories } from "../../src/s3/layout.ts";
import type { ObjectRecord } from "../../src/s3/object-record.ts";
import { startS3 } from "../../src/s3/s3.ts";

const MIB = 1024 * 1024;
const PARTS = [randomBytes(5 * MIB), randomBytes(6 * MIB), randomBytes(5 * MIB), randomBytes(9)];
const WHOLE = Buffer.concat(PARTS);

let s3: S3Fixture;

beforeEach(async () => {
  s3 = await s3Fixture();
});

afterEach(() => s3.close());

async function read(Key: string): Promise<string | undefined> {
  const answer = await s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  return answer.Body?.transformToString();
}

function put(Key: string, Body: string) {
  return s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
}

function newRecord(size: number): ObjectRecord {
  return {
    key: "k",
    size,
    etag: "0".repeat(32),
    lastModified: new Date(0).toISOString(),
    contentType: "text/plain",
    userMetadata: {},
  };
}

describe("a crash while an object is put in place", () => {
  function writeIntent(intent: object) {
    return writeFile(join(s3.metadata, "intents", "1.json"), JSON.stringify(intent));
  }

  test("before the rename leaves the object as it was, and no leftovers", async () => {
    await put("k", "old");

    await s3.restart(async () => {
      await writeFile(join(s3.metadata, "temporary", "new"), "newer");
      await writeIntent({ bucket: BUCKET, record: newRecord(5), source: "temporary/new" });
    });

    expect(await read("k")).toBe("old");
    expect((await s3.leftovers()).map((path) => path.split("/")[0])).toEqual(["objects"]);
  });

  test("after the rename gives the new object its own record", async () => {
    await put("k", "old");

    await s3.restart(async () => {
      await writeIntent({ bucket: BUCKET, record: newRecord(5), source: "temporary/new" });
      await writeFile(join(s3.videos, "k"), "newer");
    });

    const answer = await s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: "k" }));
    expect(await answer.Body?.transformToString()).toBe("newer");
    expect(answer.ContentType).toBe("text/plain");
    expect(await readdir(join(s3.metadata, "intents"))).toEqual([]);
  });

  test("after the rename of a joined object ends its upload as well", async () => {
    await s3.restart(async () => {
      const upload = "uploads/00000000-0000-0000-0000-000000000000";
      await mkdir(join(s3.metadata, upload));
      await writeIntent({ bucket: BUCKET, record: newRecord(1), source: `${upload}/a`, upload });
      await writeFile(join(s3.videos, "k"), "x");
    });

    expect(await read("k")).toBe("x");
    expect(await readdir(join(s3.metadata, "uploads"))).toEqual([]);
  });

  test("while the intent is written leaves the object as it was", async () => {
    await put("k", "old");

    await s3.restart(() => writeFile(join(s3.metadata, "intents", "1.json.x.tmp"), '{"bu'));

    expect(await read("k")).toBe("old");
    expect(await readdir(join(s3.metadata, "intents"))).toEqual([]);
  });
});

describe("a crash while parts are joined", () => {
  let uploadId: string;
  let files: string[];

  beforeEach(async () => {
    const Key = "k";
    const created = await s3.client.send(
      new CreateMultipartUploadCommand({
        Bucket: BUCKET,
        Key,
        ChecksumAlgorithm: "CRC32",
        ChecksumType: "FULL_OBJECT",
      }),
    );
    uploadId = String(created.UploadId);
    const directory = join(s3.metadata, "uploads", uploadId);
    files = [];
    for (const [index, Body] of PARTS.entries()) {
      const PartNumber = index + 1;
      const part = { Bucket: BUCKET, Key, UploadId: uploadId, PartNumber, Body };
      await s3.client.send(new UploadPartCommand(part));
      const record = await readFile(join(directory, `part-0000${PartNumber}.json`), "utf8");
      files.push(join(directory, JSON.parse(record).file));
    }
  });

  async function completed(): Promise<Buffer> {
    const ETags = await Promise.all(
      PARTS.map(async (_, index) => {
        const path = join(s3.metadata, "uploads", uploadId, `part-0000${index + 1}.json`);
        return { PartNumber: index + 1, ETag: JSON.parse(await readFile(path, "utf8")).etag };
      }),
    );
    await s3.client.send(
      new CompleteMultipartUploadCommand({
        Bucket: BUCKET,
        Key: "k",
        UploadId: uploadId,
        MultipartUpload: { Parts: ETags },
      }),
    );
    const get = new GetObjectCommand({ Bucket: BUCKET, Key: "k" });
    const answer = await s3.client.send(get);
    // The client itself proves the checksum of the whole while it reads.
    return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
  }

  test("after a part was appended, before it was deleted, loses and doubles nothing", async () => {
    const [first = "", second = ""] = files;
    await s3.restart(async () => appendFile(first, await readFile(second)));

    const bytes = await completed();

    expect(bytes.equals(WHOLE)).toBe(true);
  });

  test("after a part was deleted, with the next one half appended, continues there", async () => {
    const [first = "", second = "", third = ""] = files;
    await s3.restart(async () => {
      await appendFile(first, await readFile(second));
      await rm(second);
      await appendFile(first, (await readFile(third)).subarray(0, 1000));
    });

    const bytes = await completed();

    expect(bytes.equals(WHOLE)).toBe(true);
  });

  test("after the last part was deleted has only the commit left to do", async () => {
    const [first = "", ...later] = files;
    await s3.restart(async () => {
      await writeFile(first, WHOLE);
      await Promise.all(later.map((path) => rm(path)));
    });

    const bytes = await completed();

    expect(bytes.equals(WHOLE)).toBe(true);
  });

  test("never makes an object of parts that are lost", async () => {
    const [, second = ""] = files;
    await s3.restart(() => rm(second));

    await expect(completed()).rejects.toThrow(/bytes instead of/);

    await expect(read("k")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test("never makes an object without its first part", async () => {
    const [first = ""] = files;
    await s3.restart(() => rename(first, `${first}.lost`));

    await expect(completed()).rejects.toThrow(/undefined bytes instead of/);
  });
});

test("a request that is cut off by the end of the server is tidied up before it has ended", async () => {
  const Body = randomBytes(20 * MIB);
  const sending = s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "k", Body }));
  const outcome = sending.then(
    () => "stored",
    () => "cut off",
  );

  await expect.poll(() => readdir(join(s3.metadata, "temporary"))).not.toEqual([]);
  await s3.restart(async () => {
    expect(await readdir(join(s3.metadata, "temporary"))).toEqual([]);
  });

  const files = await readdir(s3.videos);
  expect(files).toEqual((await outcome) === "stored" ? ["k"] : []);
});

test.each([
  ["the bucket in the metadata", { b: "metadata/b" }],
  ["the metadata in the bucket", { b: "." }],
  ["one bucket in another", { a: "videos", b: "videos/b" }],
  ["two buckets in one directory", { a: "videos", b: "videos" }],
])("directories inside one another are refused: %s", async (_what, buckets) => {
  const { root, metadata } = s3;

  const starting = startS3({ root, metadata, buckets });

  await expect(starting).rejects.toBeInstanceOf(OverlappingDirectories);
});

test("a damaged record is reported", async () => {
  await put("k", "old");
  const [name = ""] = await readdir(join(s3.metadata, "objects", BUCKET));
  await writeFile(join(s3.metadata, "objects", BUCKET, name), "{}");

  await expect(read("k")).rejects.toMatchObject({ name: "InternalError" });
});

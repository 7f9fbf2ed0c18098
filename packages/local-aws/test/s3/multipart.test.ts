import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { BUCKET, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import { GetObjectCommand, ListPartsCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crcBytes, FIRST, LAST, multipartSteps, SECOND, WHOLE } from "./multipart-steps.ts";

let s3: S3Fixture;

beforeAll(async () => {
  s3 = await s3Fixture();
});

afterAll(() => s3.close());

const { create, part, complete, abort, head, openUploads, threeParts } = multipartSteps(() => s3);

describe("a completed upload", () => {
  test("is the plain file of its parts in order, and leaves nothing else", async () => {
    const uploadId = await create("joined.mp4", "COMPOSITE", {
      ContentType: "video/mp4",
      Metadata: { job: "42" },
    });
    const parts = await threeParts("joined.mp4", uploadId);

    const answer = await complete("joined.mp4", uploadId, parts);

    const md5s = [FIRST, SECOND, LAST].map((bytes) => createHash("md5").update(bytes).digest());
    const etag = createHash("md5").update(Buffer.concat(md5s)).digest("hex");
    expect(answer.ETag).toBe(`"${etag}-3"`);
    expect((await readFile(join(s3.videos, "joined.mp4"))).equals(WHOLE)).toBe(true);
    expect(await head("joined.mp4")).toMatchObject({
      ETag: `"${etag}-3"`,
      ContentLength: WHOLE.length,
      ContentType: "video/mp4",
      Metadata: { job: "42" },
    });
    expect((await s3.leftovers()).map((path) => path.split("/")[0])).toEqual(["objects"]);
  });

  test("has a checksum of its parts' checksums by default", async () => {
    const uploadId = await create("composite.mp4", undefined, { ChecksumAlgorithm: "CRC32" });
    const parts = await threeParts("composite.mp4", uploadId);

    const answer = await complete("composite.mp4", uploadId, parts);

    const checksums = Buffer.concat([FIRST, SECOND, LAST].map(crcBytes));
    const expected = `${crcBytes(checksums).toString("base64")}-3`;
    expect(answer).toMatchObject({ ChecksumCRC32: expected, ChecksumType: "COMPOSITE" });
    expect(await head("composite.mp4")).toMatchObject({
      ChecksumCRC32: expected,
      ChecksumType: "COMPOSITE",
    });
  });

  test("has a checksum of the whole when it was asked for, and proves it", async () => {
    const expected = crcBytes(WHOLE).toString("base64");
    const uploadId = await create("full.mp4", "FULL_OBJECT");
    const parts = await threeParts("full.mp4", uploadId);

    const answer = await complete("full.mp4", uploadId, parts, {
      ChecksumCRC32: expected,
      ChecksumType: "FULL_OBJECT",
      MpuObjectSize: WHOLE.length,
    });

    expect(answer).toMatchObject({ ChecksumCRC32: expected, ChecksumType: "FULL_OBJECT" });
    const read = await s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: "full.mp4" }));
    expect(read.ChecksumCRC32).toBe(expected);
    expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(WHOLE)).toBe(true);
  });

  test("has no checksum when it named no algorithm", async () => {
    const uploadId = await create("plain.mp4");
    const only = await part("plain.mp4", uploadId, 1, LAST);

    const answer = await complete("plain.mp4", uploadId, [only]);

    expect(answer.ChecksumCRC32).toBeUndefined();
    expect((await head("plain.mp4")).ChecksumCRC32).toBeUndefined();
  });

  test("takes the parts that are named, and the newest of each number", async () => {
    const uploadId = await create("chosen.mp4");
    await part("chosen.mp4", uploadId, 1, SECOND);
    const first = await part("chosen.mp4", uploadId, 1, FIRST);
    await part("chosen.mp4", uploadId, 2, SECOND);
    const last = await part("chosen.mp4", uploadId, 3, LAST);

    await complete("chosen.mp4", uploadId, [first, last]);

    expect(
      (await readFile(join(s3.videos, "chosen.mp4"))).equals(Buffer.concat([FIRST, LAST])),
    ).toBe(true);
  });

  test("continues after a restart in the middle", async () => {
    const uploadId = await create("restart.mp4", "FULL_OBJECT");
    const first = await part("restart.mp4", uploadId, 1, FIRST);
    await s3.restart();
    const last = await part("restart.mp4", uploadId, 2, LAST);

    await complete("restart.mp4", uploadId, [first, last]);

    expect(
      (await readFile(join(s3.videos, "restart.mp4"))).equals(Buffer.concat([FIRST, LAST])),
    ).toBe(true);
  });
});

describe("lib-storage's Upload", () => {
  test("sends 30 MB of unknown length", async () => {
    const piece = randomBytes(1_000_000);
    const Body = Readable.from(Array.from({ length: 30 }, () => piece));

    const answer = await new Upload({
      client: s3.client,
      params: { Bucket: BUCKET, Key: "upload.mp4", Body, ContentType: "video/mp4" },
    }).done();

    expect(answer.ETag).toMatch(/^"[0-9a-f]{32}-6"$/);
    const read = await readFile(join(s3.videos, "upload.mp4"));
    expect(read.equals(Buffer.concat(Array.from({ length: 30 }, () => piece)))).toBe(true);
  });

  test("may ask for a checksum of the whole", async () => {
    const Body = Readable.from([FIRST, SECOND, LAST]);

    await new Upload({
      client: s3.client,
      params: {
        Bucket: BUCKET,
        Key: "upload-full.mp4",
        Body,
        ChecksumAlgorithm: "CRC32",
        ChecksumType: "FULL_OBJECT",
      },
    }).done();

    expect(await head("upload-full.mp4")).toMatchObject({
      ChecksumCRC32: crcBytes(WHOLE).toString("base64"),
      ChecksumType: "FULL_OBJECT",
    });
  });

  test("sends what fits into one part as one object, with the same checksum", async () => {
    const Body = Readable.from([LAST]);
    const checksum = { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" } as const;
    const params = { Bucket: BUCKET, Key: "small.mp4", Body, ...checksum };

    await new Upload({ client: s3.client, params }).done();

    expect(await head("small.mp4")).toMatchObject({
      ChecksumCRC32: crcBytes(LAST).toString("base64"),
      ChecksumType: "FULL_OBJECT",
    });
  });

  test("leaves nothing when its source breaks", async () => {
    const Body = Readable.from(
      (async function* () {
        yield FIRST;
        yield SECOND;
        throw new Error("the origin left");
      })(),
    );
    const upload = new Upload({
      client: s3.client,
      params: { Bucket: BUCKET, Key: "broken.mp4", Body },
    });

    await expect(upload.done()).rejects.toThrow("the origin left");

    expect(await openUploads("broken")).toEqual([]);
    expect(await readdir(s3.videos)).not.toContain("broken.mp4");
    expect((await s3.leftovers()).filter((path) => path.endsWith(".part"))).toEqual([]);
  });
});

describe("open uploads", () => {
  test("are listed by key and age, with a prefix", async () => {
    const b = await create("list/b", "FULL_OBJECT");
    const a1 = await create("list/a");
    await new Promise((done) => setTimeout(done, 2));
    const a2 = await create("list/a");
    const other = await create("other");

    const listed = await openUploads("list/");

    expect(listed.map((upload) => [upload.Key, upload.UploadId])).toEqual([
      ["list/a", a1],
      ["list/a", a2],
      ["list/b", b],
    ]);
    expect(listed[2]).toMatchObject({ ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
    expect(listed[0]?.Initiated).toBeInstanceOf(Date);
    expect((await openUploads()).map((upload) => upload.UploadId)).toContain(other);
  });

  test("show their parts by number", async () => {
    const uploadId = await create("parts", "COMPOSITE");
    await part("parts", uploadId, 10, LAST);
    const two = await part("parts", uploadId, 2, LAST);

    const answer = await s3.client.send(
      new ListPartsCommand({ Bucket: BUCKET, Key: "parts", UploadId: uploadId }),
    );

    expect(answer.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([2, 10]);
    expect(answer.Parts?.[0]).toMatchObject({ ...two, Size: 1000 });
    expect(answer).toMatchObject({ ChecksumType: "COMPOSITE", IsTruncated: false });
  });

  test("show their parts in pages", async () => {
    const uploadId = await create("pages");
    for (const number of [1, 2, 3]) await part("pages", uploadId, number, LAST);
    const list = async (more: object) => {
      const command = { Bucket: BUCKET, Key: "pages", UploadId: uploadId, ...more };
      const answer = await s3.client.send(new ListPartsCommand(command));
      const { IsTruncated, MaxParts, NextPartNumberMarker } = answer;
      const numbers = answer.Parts?.map(({ PartNumber }) => PartNumber);
      return { numbers, IsTruncated, MaxParts, NextPartNumberMarker };
    };

    expect(await list({ MaxParts: 2 })).toEqual({
      numbers: [1, 2],
      IsTruncated: true,
      MaxParts: 2,
      NextPartNumberMarker: "2",
    });
    expect(await list({ MaxParts: 2, PartNumberMarker: "2" })).toMatchObject({
      numbers: [3],
      IsTruncated: false,
    });
    expect(await list({ MaxParts: 5_000 })).toMatchObject({ MaxParts: 1_000 });
    await expect(list({ PartNumberMarker: "two" })).rejects.toMatchObject({
      name: "InvalidArgument",
    });
  });

  test("show no checksum type when they have none", async () => {
    const uploadId = await create("no-type");

    const answer = await s3.client.send(
      new ListPartsCommand({ Bucket: BUCKET, Key: "no-type", UploadId: uploadId }),
    );

    expect(answer.ChecksumType).toBeUndefined();
    expect(answer.Parts).toBeUndefined();
  });

  test("leave nothing when they are aborted", async () => {
    const uploadId = await create("aborted");
    await part("aborted", uploadId, 1, FIRST);

    await abort("aborted", uploadId);

    expect(await openUploads("aborted")).toEqual([]);
    expect((await s3.leftovers()).filter((path) => path.includes(uploadId))).toEqual([]);
    await expect(abort("aborted", uploadId)).rejects.toMatchObject({ name: "NoSuchUpload" });
  });

  test("cannot be revived by a part that arrives during the abort", async () => {
    const uploadId = await create("raced");
    const Body = Readable.from(
      (async function* () {
        yield FIRST;
        await abort("raced", uploadId);
        yield LAST;
      })(),
    );

    const sending = s3.client.send(
      new UploadPartCommand({
        Bucket: BUCKET,
        Key: "raced",
        UploadId: uploadId,
        PartNumber: 1,
        Body,
        ContentLength: FIRST.length + LAST.length,
      }),
    );

    await expect(sending).rejects.toMatchObject({ name: "NoSuchUpload" });
    expect((await s3.leftovers()).filter((path) => path.includes(uploadId))).toEqual([]);
  });
});

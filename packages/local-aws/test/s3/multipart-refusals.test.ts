import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BUCKET, raw, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import { type CompletedPart, CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LAST, MIB, multipartSteps, WHOLE } from "./multipart-steps.ts";

let s3: S3Fixture;

beforeAll(async () => {
  s3 = await s3Fixture();
});

afterAll(() => s3.close());

const { create, part, complete, threeParts } = multipartSteps(() => s3);

const nobody = "00000000-0000-0000-0000-000000000000";

test.each([nobody, "../../objects", "x"])("refused: the unknown upload %s", async (uploadId) => {
  const only = { PartNumber: 1, ETag: '"x"' };

  await expect(part("k", uploadId, 1, LAST)).rejects.toMatchObject({ name: "NoSuchUpload" });
  await expect(complete("k", uploadId, [only])).rejects.toMatchObject({ name: "NoSuchUpload" });
});

test("refused: an upload of another key, and one in an unknown bucket", async () => {
  const uploadId = await create("mine");
  const elsewhere = new CreateMultipartUploadCommand({ Bucket: "elsewhere", Key: "k" });

  await expect(part("yours", uploadId, 1, LAST)).rejects.toMatchObject({ name: "NoSuchUpload" });
  await expect(s3.client.send(elsewhere)).rejects.toMatchObject({ name: "NoSuchBucket" });
});

test.each([0, 10_001])("refused: the part number %i", async (number) => {
  const uploadId = await create("numbers");

  await expect(part("numbers", uploadId, number, LAST)).rejects.toMatchObject({
    name: "InvalidArgument",
  });
});

test("refused: a part with a wrong checksum, which leaves the upload as it was", async () => {
  const uploadId = await create("bad-part");
  const path = `/${BUCKET}/bad-part?partNumber=1&uploadId=${uploadId}`;
  const headers = { "content-length": "3", "x-amz-checksum-crc32": "AAAAAA==" };

  const answer = await raw(s3.endpoint, "PUT", path, headers, "abc");

  expect(answer.body).toContain("<Code>BadDigest</Code>");
  expect(await readdir(join(s3.metadata, "uploads", uploadId))).toEqual(["upload.json"]);
});

test("refused: a part without the checksum that the upload declared", async () => {
  const uploadId = await create("no-checksum", "FULL_OBJECT");
  const path = `/${BUCKET}/no-checksum?partNumber=1&uploadId=${uploadId}`;

  const answer = await raw(s3.endpoint, "PUT", path, { "content-length": "3" }, "abc");

  expect(answer.body).toContain("<Code>InvalidRequest</Code>");
});

test("refused: a list of parts that is not what was uploaded", async () => {
  const uploadId = await create("list-of-parts", "COMPOSITE");
  const [first, second, last] = await threeParts("list-of-parts", uploadId);
  const small = await part("list-of-parts", uploadId, 9, LAST);
  const cases: [string, (CompletedPart | undefined)[], object?][] = [
    ["InvalidPartOrder", [second, first]],
    ["InvalidPartOrder", [first, first]],
    ["InvalidPart", [first, { ...second, ETag: '"other"' }]],
    ["InvalidPart", [first, { ...second, ChecksumCRC32: "AAAAAA==" }]],
    ["InvalidPart", [first, { ...second, PartNumber: 3 }]],
    ["InvalidRequest", [first, { PartNumber: 2, ETag: second?.ETag }]],
    ["EntityTooSmall", [first, small, last]],
    ["InvalidRequest", [first, last], { MpuObjectSize: 17 }],
    ["InvalidRequest", [first, last], { ChecksumType: "FULL_OBJECT" }],
  ];

  for (const [name, parts, more] of cases) {
    const named = parts.filter((one) => one !== undefined);
    const completing = complete("list-of-parts", uploadId, named, more);
    await expect(completing, name).rejects.toMatchObject({ name });
  }

  expect(await readdir(s3.videos)).not.toContain("list-of-parts");
});

test("refused: a wrong checksum of the whole, until it is put right", async () => {
  const uploadId = await create("wrong-whole", "FULL_OBJECT");
  const parts = await threeParts("wrong-whole", uploadId);
  const wrong = complete("wrong-whole", uploadId, parts, { ChecksumCRC32: "AAAAAA==" });
  await expect(wrong).rejects.toMatchObject({ name: "BadDigest" });
  expect(await readdir(s3.videos)).not.toContain("wrong-whole");

  const [first] = parts;
  const fewer = complete("wrong-whole", uploadId, first ? [first] : []);
  await expect(fewer).rejects.toMatchObject({ name: "OperationAborted" });
  const more = part("wrong-whole", uploadId, 11, LAST);
  await expect(more).rejects.toMatchObject({ name: "OperationAborted" });

  await complete("wrong-whole", uploadId, parts);
  expect((await readFile(join(s3.videos, "wrong-whole"))).equals(WHOLE)).toBe(true);
});

test.each([
  ["x-amz-checksum-algorithm", "SHA256", "NotImplemented"],
  ["x-amz-checksum-type", "FULL_OBJECT", "InvalidRequest"],
  ["x-amz-storage-class", "SLOW", "InvalidStorageClass"],
])("refused: an upload with %s: %s", async (header, value, code) => {
  const answer = await raw(s3.endpoint, "POST", `/${BUCKET}/k?uploads`, { [header]: value });

  expect(answer.body).toContain(`<Code>${code}</Code>`);
});

test.each([
  ["", "no document"],
  ["<CompleteMultipartUpload></CompleteMultipartUpload>", "no part"],
  ["<CompleteMultipartUpload><Other/></CompleteMultipartUpload>", "an unknown element"],
  ["<CompleteMultipartUpload><Part></Part></CompleteMultipartUpload>", "an empty part"],
  [
    "<CompleteMultipartUpload><Part><ETag>x</ETag><PartNumber>01</PartNumber></Part></CompleteMultipartUpload>",
    "an odd number",
  ],
])("refused: the request %s: %s", async (body) => {
  const uploadId = await create("xml");
  const path = `/${BUCKET}/xml?uploadId=${uploadId}`;

  const answer = await raw(s3.endpoint, "POST", path, {}, body);

  expect(answer.body).toContain("<Code>MalformedXML</Code>");
});

test("refused: a request that is longer than any list of parts", async () => {
  const uploadId = await create("long");

  const answer = await raw(
    s3.endpoint,
    "POST",
    `/${BUCKET}/long?uploadId=${uploadId}`,
    {},
    " ".repeat(5 * MIB),
  );

  expect(answer.body).toContain("<Code>EntityTooLarge</Code>");
});

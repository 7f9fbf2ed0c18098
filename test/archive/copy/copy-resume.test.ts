import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { SourceInterrupted } from "#archive/errors.ts";
import { BUCKET, checksumOf, intercept, SMALL_PARTS, video } from "./copy-fixture.ts";
import { copyTests, FILE, MIDDLE, ONE, OTHER, STARTS } from "./copy-tests.ts";

const given = copyTests(ONE);

const recordKey = () => `${given.place.key}.upload.json`;

async function putObject(key: string, text: string) {
  await given.fixture.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: text }));
}

async function record(): Promise<string> {
  const { Body } = await given.fixture.s3.send(
    new GetObjectCommand({ Bucket: BUCKET, Key: recordKey() }),
  );
  return String(await Body?.transformToString());
}

describe("an interrupted copy", () => {
  it("leaves its upload open, with a record that does not contain the URL", async () => {
    await given.leaveInterrupted();

    const [upload] = await given.fixture.uploads(given.place);
    expect(await given.fixture.leftovers(given.place)).toEqual([recordKey(), upload]);
    expect(JSON.parse(await record())).toEqual({
      uploadId: upload,
      source: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("resumes with the missing parts and fetches no others", async () => {
    await given.leaveInterrupted();
    const [upload] = await given.fixture.uploads(given.place);
    const finished = STARTS.filter((start) => start < MIDDLE);
    const used: string[] = [];
    const { s3 } = given;
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === "UploadPartCommand") used.push(JSON.stringify(args.input));
        return next(args);
      },
      { step: "initialize" },
    );

    const copied = await given.copy({ s3 });

    expect(copied.video.checksum).toBe(checksumOf(FILE));
    await given.expectStored(FILE);
    // The first request learns what the source has; its body is not read.
    expect(given.origin.rangeStarts().sort((a, b) => a - b)).toEqual([
      0,
      ...STARTS.filter((start) => !finished.includes(start)),
    ]);
    expect(used).toHaveLength(STARTS.length - finished.length);
    expect(used.every((input) => input.includes(String(upload)))).toBe(true);
  });

  it("says when the store would not remove the record of its upload", async () => {
    await given.leaveInterrupted();
    intercept(given.s3, "DeleteObjectCommand", () => {
      throw new Error("throttled");
    });

    const copied = await given.copy({ s3: given.s3 });

    expect(copied.leftUpload).toBe(true);
  });

  it("says so too when it was that of an earlier upload, which its own has replaced", async () => {
    await given.leaveInterrupted();
    given.origin.file = { bytes: OTHER, etag: '"two"' };
    let deletions = 0;
    intercept(given.s3, "DeleteObjectCommand", () => {
      deletions += 1;
      if (deletions === 1) throw new Error("throttled");
    });

    const copied = await given.copy({ s3: given.s3 });

    expect(deletions).toBe(2);
    expect(copied.leftUpload).toBe(true);
  });

  it("resumes after a timeout", async () => {
    const over = new AbortController();
    given.origin.interfere = (_request, _response, start) => {
      if (start === MIDDLE) over.abort();
      return start === MIDDLE;
    };
    const sizing = { ...SMALL_PARTS, bufferBytes: 1_600 };
    const first = given.fixture.copier(given.origin.origin, { sizing });
    await expect(
      first.copy(`${given.origin.origin}/a.mp4`, given.place, over.signal),
    ).rejects.toThrow(new SourceInterrupted("the download took too long"));
    given.origin.interfere = () => false;
    given.origin.requests.length = 0;

    await given.copy();

    await given.expectStored(FILE);
    expect(given.origin.requests).toHaveLength(
      1 + STARTS.filter((start) => start >= MIDDLE).length,
    );
  });

  it("resumes after a failure of the store", async () => {
    const { s3 } = given;
    let sent = 0;
    intercept(s3, "UploadPartCommand", () => {
      if (++sent > 4) throw new Error("connection lost");
    });
    await expect(given.copy({ s3 })).rejects.toThrow("connection lost");
    given.origin.requests.length = 0;

    await given.copy();

    await given.expectStored(FILE);
    expect(given.origin.requests.length).toBeLessThan(STARTS.length);
  });

  it("reads every page of ListParts", async () => {
    await given.leaveInterrupted();
    const { s3 } = given;
    const pages: number[] = [];
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== "ListPartsCommand") return next(args);
        // S3's pages have 1,000 parts; what is tested here is how one leads to the next.
        Object.assign(args.input, { MaxParts: 2 });
        const result = await next(args);
        pages.push("Parts" in result.output ? Object(result.output.Parts).length : 0);
        return result;
      },
      { step: "initialize" },
    );

    await given.copy({ s3 });

    expect(pages).toEqual([2, 2]);
    await given.expectStored(FILE);
    expect(given.origin.requests).toHaveLength(
      1 + STARTS.filter((start) => start >= MIDDLE).length,
    );
  });
});

describe("parts of an earlier upload are not reused when", () => {
  async function expectAllFetched() {
    expect(new Set(given.origin.rangeStarts())).toEqual(new Set(STARTS));
  }

  it("the file has a different ETag", async () => {
    await given.leaveInterrupted();
    given.origin.file = { bytes: OTHER, etag: '"two"' };

    await given.copy();

    await given.expectStored(OTHER);
    await expectAllFetched();
  });

  it("the file is at a different URL, with the same ETag", async () => {
    await given.leaveInterrupted();
    given.origin.file = { bytes: OTHER, etag: '"one"' };

    await given.copy({}, { path: "/b.mp4" });

    await given.expectStored(OTHER);
    await expectAllFetched();
  });

  it("the file has a different length", async () => {
    await given.leaveInterrupted();
    const longer = Buffer.concat([OTHER, video(100)]);
    given.origin.file = { bytes: longer, etag: '"one"' };

    await given.copy();

    await given.expectStored(longer);
    await expectAllFetched();
  });

  it("the part size differs, even if a part has the same number and length", async () => {
    await given.leaveInterrupted();
    const [UploadId] = await given.fixture.uploads(given.place);
    // Cut by 1,600 the ninth part has the last 1,500 bytes; cut by 1,500 it begins 800 bytes before.
    const ninth = { PartNumber: 9, Body: FILE.subarray(12_800) };
    await given.fixture.s3.send(
      new UploadPartCommand({ Bucket: BUCKET, Key: given.place.key, UploadId, ...ninth }),
    );

    await given.copy({ sizing: { ...SMALL_PARTS, partBytes: 1_500 } });

    await given.expectStored(FILE);
  });

  it.each([
    ["not JSON", "{"],
    ["JSON of another shape", "{}"],
  ])("the record is %s", async (_, text) => {
    await given.leaveInterrupted();
    await putObject(recordKey(), text);

    await given.copy();

    await given.expectStored(FILE);
    await expectAllFetched();
  });

  it("there is no record", async () => {
    await given.fixture.s3.send(
      new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: given.place.key }),
    );

    await given.copy();

    await given.expectStored(FILE);
  });

  it("the upload in the record is no longer open", async () => {
    await given.leaveInterrupted();
    const [UploadId] = await given.fixture.uploads(given.place);
    const at = { Bucket: BUCKET, Key: given.place.key };
    await given.fixture.s3.send(new AbortMultipartUploadCommand({ ...at, UploadId }));
    await given.fixture.s3.send(new CreateMultipartUploadCommand(at));

    await given.copy();

    await given.expectStored(FILE);
    await expectAllFetched();
  });

  it("a part does not have its expected length", async () => {
    await given.leaveInterrupted();
    const [UploadId] = await given.fixture.uploads(given.place);
    const short = { Bucket: BUCKET, Key: given.place.key, UploadId, PartNumber: 2, Body: "short" };
    await given.fixture.s3.send(new UploadPartCommand(short));

    await given.copy();

    await given.expectStored(FILE);
    expect(given.origin.rangeStarts()).toContain(1_600);
  });

  it("they belong to another video, whose upload is left alone", async () => {
    const other = { bucket: BUCKET, key: `${given.place.key}.other` };
    const at = { Bucket: BUCKET, Key: other.key };
    await given.fixture.s3.send(new CreateMultipartUploadCommand(at));

    await given.copy();

    expect(await given.fixture.uploads(other)).toHaveLength(1);
  });
});

describe("the upload of an interrupted copy is aborted when", () => {
  it.each([
    ["the video is gone", 404, "SourceGone"],
    ["an HTML page has taken its place", 200, "NotAVideo"],
  ])("%s", async (_, status, name) => {
    await given.leaveInterrupted();
    given.origin.interfere = (_request, response) => {
      response.writeHead(status, { "content-type": "text/html" }).end("<html>");
      return true;
    };

    await expect(given.copy()).rejects.toMatchObject({ name });

    expect(await given.fixture.leftovers(given.place)).toEqual([]);
  });
});

import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CopiedVideo } from "#archive/copy/copy-run.ts";
import type { VideoCopierOptions } from "#archive/copy/copy-video.ts";
import { SourceInterrupted } from "#archive/errors.ts";
import type { ObjectPlace } from "#archive/upload/places.ts";
import { lossyProxy } from "#test/support/lossy-proxy.ts";
import { type RangedOrigin, rangedOrigin } from "../source/ranged-origin.ts";
import {
  BUCKET,
  type CopyFixture,
  checksumOf,
  copyFixture,
  intercept,
  SMALL_PARTS,
  video,
} from "./copy-fixture.ts";

/** Nine parts: eight of 1,600 bytes, one of 1,500. */
const FILE = video(14_300);
const OTHER = video(14_300, 2);
const STARTS = Array.from({ length: 9 }, (_, index) => index * 1_600);
/** The beginning of a part in the middle. */
const MIDDLE = 6_400;

let fixture: CopyFixture;
let origin: RangedOrigin;
let place: ObjectPlace;
let recordKey: string;

beforeAll(async () => {
  fixture = await copyFixture();
});
beforeEach(async () => {
  place = fixture.newPlace();
  recordKey = `${place.key}.upload.json`;
  origin = await rangedOrigin({ bytes: FILE, etag: '"one"' });
});
afterEach(() => origin.close());
afterAll(() => fixture.close());

function copy(options: Partial<VideoCopierOptions> = {}, path = "/a.mp4") {
  const copier = fixture.copier(origin.origin, options);
  return copier.copy(`${origin.origin}${path}`, place, AbortSignal.timeout(100_000));
}

/** A copy that got all parts but one, and then failed. */
async function leaveInterrupted() {
  origin.interfere = (request, response, start) => {
    const isRefused = start === MIDDLE || request.headers.range === undefined;
    if (isRefused) response.writeHead(503).end();
    return isRefused;
  };
  // One connection: what comes before the gap is finished when it fails.
  const sizing = { ...SMALL_PARTS, bufferBytes: 1_600 };
  await expect(copy({ sizing })).rejects.toMatchObject({ name: "SourceUnavailable" });
  origin.interfere = () => false;
  origin.requests.length = 0;
}

async function putObject(key: string, text: string) {
  await fixture.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: text }));
}

async function record(): Promise<string> {
  const { Body } = await fixture.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: recordKey }));
  return String(await Body?.transformToString());
}

async function expectStored(file: Buffer) {
  expect((await fixture.stored(place)).equals(file)).toBe(true);
  expect(await fixture.leftovers(place)).toEqual([place.key]);
}

describe("an interrupted copy", () => {
  it("leaves its upload open, with a record that does not contain the URL", async () => {
    await leaveInterrupted();

    const [upload] = await fixture.uploads(place);
    expect(await fixture.leftovers(place)).toEqual([recordKey, upload]);
    expect(JSON.parse(await record())).toEqual({
      uploadId: upload,
      source: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("resumes with the missing parts and fetches no others", async () => {
    await leaveInterrupted();
    const [upload] = await fixture.uploads(place);
    const finished = STARTS.filter((start) => start < MIDDLE);
    const used: string[] = [];
    const s3 = fixture.newClient();
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === "UploadPartCommand") used.push(JSON.stringify(args.input));
        return next(args);
      },
      { step: "initialize" },
    );

    const copied = await copy({ s3 });

    expect(copied.video.checksum).toBe(checksumOf(FILE));
    await expectStored(FILE);
    // The first request learns what the source has; its body is not read.
    expect(origin.rangeStarts().sort((a, b) => a - b)).toEqual([
      0,
      ...STARTS.filter((start) => !finished.includes(start)),
    ]);
    expect(used).toHaveLength(STARTS.length - finished.length);
    expect(used.every((input) => input.includes(String(upload)))).toBe(true);
  });

  it("resumes after a timeout", async () => {
    const over = new AbortController();
    origin.interfere = (_request, _response, start) => {
      if (start === MIDDLE) over.abort();
      return start === MIDDLE;
    };
    const sizing = { ...SMALL_PARTS, bufferBytes: 1_600 };
    const first = fixture.copier(origin.origin, { sizing });
    await expect(first.copy(`${origin.origin}/a.mp4`, place, over.signal)).rejects.toThrow(
      new SourceInterrupted("the download took too long"),
    );
    origin.interfere = () => false;
    origin.requests.length = 0;

    await copy();

    await expectStored(FILE);
    expect(origin.requests).toHaveLength(1 + STARTS.filter((start) => start >= MIDDLE).length);
  });

  it("resumes after a failure of the store", async () => {
    const s3 = fixture.newClient();
    let sent = 0;
    intercept(s3, "UploadPartCommand", () => {
      if (++sent > 4) throw new Error("connection lost");
    });
    await expect(copy({ s3 })).rejects.toThrow("connection lost");
    origin.requests.length = 0;

    await copy();

    await expectStored(FILE);
    expect(origin.requests.length).toBeLessThan(STARTS.length);
  });

  it("reads every page of ListParts", async () => {
    await leaveInterrupted();
    const s3 = fixture.newClient();
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

    await copy({ s3 });

    expect(pages).toEqual([2, 2]);
    await expectStored(FILE);
    expect(origin.requests).toHaveLength(1 + STARTS.filter((start) => start >= MIDDLE).length);
  });
});

describe("parts of an earlier upload are not reused when", () => {
  async function expectAllFetched() {
    expect(new Set(origin.rangeStarts())).toEqual(new Set(STARTS));
  }

  it("the file has a different ETag", async () => {
    await leaveInterrupted();
    origin.file = { bytes: OTHER, etag: '"two"' };

    await copy();

    await expectStored(OTHER);
    await expectAllFetched();
  });

  it("the file is at a different URL, with the same ETag", async () => {
    await leaveInterrupted();
    origin.file = { bytes: OTHER, etag: '"one"' };

    await copy({}, "/b.mp4");

    await expectStored(OTHER);
    await expectAllFetched();
  });

  it("the file has a different length", async () => {
    await leaveInterrupted();
    const longer = Buffer.concat([OTHER, video(100)]);
    origin.file = { bytes: longer, etag: '"one"' };

    await copy();

    await expectStored(longer);
    await expectAllFetched();
  });

  it("the part size differs, even if a part has the same number and length", async () => {
    await leaveInterrupted();
    const [UploadId] = await fixture.uploads(place);
    // Cut by 1,600 the ninth part has the last 1,500 bytes; cut by 1,500 it begins 800 bytes before.
    const ninth = { PartNumber: 9, Body: FILE.subarray(12_800) };
    await fixture.s3.send(
      new UploadPartCommand({ Bucket: BUCKET, Key: place.key, UploadId, ...ninth }),
    );

    await copy({ sizing: { ...SMALL_PARTS, partBytes: 1_500 } });

    await expectStored(FILE);
  });

  it.each([
    ["not JSON", "{"],
    ["JSON of another shape", "{}"],
  ])("the record is %s", async (_, text) => {
    await leaveInterrupted();
    await putObject(recordKey, text);

    await copy();

    await expectStored(FILE);
    await expectAllFetched();
  });

  it("there is no record", async () => {
    await fixture.s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: place.key }));

    await copy();

    await expectStored(FILE);
  });

  it("the upload in the record is no longer open", async () => {
    await leaveInterrupted();
    const [UploadId] = await fixture.uploads(place);
    const at = { Bucket: BUCKET, Key: place.key };
    await fixture.s3.send(new AbortMultipartUploadCommand({ ...at, UploadId }));
    await fixture.s3.send(new CreateMultipartUploadCommand(at));

    await copy();

    await expectStored(FILE);
    await expectAllFetched();
  });

  it("a part does not have its expected length", async () => {
    await leaveInterrupted();
    const [UploadId] = await fixture.uploads(place);
    const short = { Bucket: BUCKET, Key: place.key, UploadId, PartNumber: 2, Body: "short" };
    await fixture.s3.send(new UploadPartCommand(short));

    await copy();

    await expectStored(FILE);
    expect(origin.rangeStarts()).toContain(1_600);
  });

  it("they belong to another video, whose upload is left alone", async () => {
    const other = { bucket: BUCKET, key: `${place.key}.other` };
    const at = { Bucket: BUCKET, Key: other.key };
    await fixture.s3.send(new CreateMultipartUploadCommand(at));

    await copy();

    expect(await fixture.uploads(other)).toHaveLength(1);
  });
});

describe("the upload of an interrupted copy is aborted when", () => {
  it.each([
    ["the video is gone", 404, "SourceGone"],
    ["an HTML page has taken its place", 200, "NotAVideo"],
  ])("%s", async (_, status, name) => {
    await leaveInterrupted();
    origin.interfere = (_request, response) => {
      response.writeHead(status, { "content-type": "text/html" }).end("<html>");
      return true;
    };

    await expect(copy()).rejects.toMatchObject({ name });

    expect(await fixture.leftovers(place)).toEqual([]);
  });
});

describe("a CompleteMultipartUpload", () => {
  it("that fails because a part was replaced leaves nothing behind", async () => {
    const s3 = fixture.newClient();
    intercept(s3, "UploadPartCommand", (output) => Object.assign(output, { ETag: '"other"' }));

    await expect(copy({ s3 })).rejects.toMatchObject({ name: "InvalidPart" });

    expect(await fixture.leftovers(place)).toEqual([]);
  });

  it("states the size and CRC-32 of the whole file, including parts of an earlier run", async () => {
    await leaveInterrupted();
    const s3 = fixture.newClient();
    const asked: object[] = [];
    s3.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === "CompleteMultipartUploadCommand") asked.push(args.input);
        return next(args);
      },
      { step: "initialize" },
    );

    await copy({ s3 });

    expect(asked).toMatchObject([
      {
        ChecksumType: "FULL_OBJECT",
        ChecksumCRC32: checksumOf(FILE).slice("crc32:".length),
        MpuObjectSize: FILE.length,
      },
    ]);
  });

  it("that fails because of the checksum leaves nothing behind", async () => {
    const s3 = fixture.newClient();
    s3.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === "CompleteMultipartUploadCommand") {
          Object.assign(args.input, { ChecksumCRC32: "AAAAAA==" });
        }
        return next(args);
      },
      { step: "initialize" },
    );

    await expect(copy({ s3 })).rejects.toMatchObject({ name: "BadDigest" });

    expect(await fixture.leftovers(place)).toEqual([]);
  });
});

describe("two concurrent copies of one video", () => {
  /** One of them stores the video; the other leaves it alone. */
  async function expectOneCopy(copies: Promise<CopiedVideo>[]) {
    const outcomes = await Promise.allSettled(copies);

    expect(outcomes.toSorted((a, b) => a.status.localeCompare(b.status))).toMatchObject([
      { status: "fulfilled", value: { video: { checksum: checksumOf(FILE) } } },
      { status: "rejected", reason: { name: "CopyOvertaken" } },
    ]);
    await expectStored(FILE);
  }

  it("store it once", async () => {
    await expectOneCopy([copy(), copy()]);
  });

  it("store it once when both resume the same upload, and both report success", async () => {
    await leaveInterrupted();

    const [one, other] = await Promise.all([copy(), copy()]);

    expect(one.video).toEqual(other.video);
    await expectStored(FILE);
  });

  it("survive the loss of their upload by restarting", async () => {
    let disturbed = false;
    origin.interfere = async (request, response, start) => {
      if (request.url === "/gone.mp4") {
        response.writeHead(404).end();
        return true;
      }
      if (start === MIDDLE && !disturbed) {
        disturbed = true;
        // The other finds that the video is gone, and ends every upload of it.
        await copy({}, "/gone.mp4").catch(() => {});
      }
      return false;
    };

    await copy();

    expect(disturbed).toBe(true);
    await expectStored(FILE);
  });

  it("give up when their upload keeps getting lost", async () => {
    let lost = 0;
    origin.interfere = async (_request, _response, start) => {
      if (start !== MIDDLE) return false;
      lost += 1;
      for (const UploadId of await fixture.uploads(place)) {
        const upload = { Bucket: BUCKET, Key: place.key, UploadId };
        // The copy itself may have been faster.
        await fixture.s3.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
      }
      return false;
    };

    await expect(copy()).rejects.toMatchObject({ name: "UploadLost" });

    expect(lost).toBe(3);
    expect(await fixture.leftovers(place)).toEqual([]);
  });
});

describe("a CreateMultipartUpload that the SDK retries after a lost response", () => {
  it.each(["/a.mp4", "/no-ranges.mp4"])("leaves no upload open (%s)", async (path) => {
    if (path !== "/a.mp4") {
      origin.interfere = (request) => {
        delete request.headers.range;
        return false;
      };
    }
    const isOpening = (operation: string) => /^POST .*[?&]uploads/.test(operation);
    let isLost = false;
    const proxy = await lossyProxy(fixture.endpoint, (operation) => {
      if (isLost || !isOpening(operation)) return false;
      isLost = true;
      return true;
    });
    const s3 = fixture.newClient(3, proxy.endpoint);

    const copied = await copy({ s3, sizing: SMALL_PARTS }, path);

    expect(proxy.operations.filter(isOpening)).toHaveLength(2);
    expect(copied).toMatchObject({ leftUpload: false, video: { bytes: FILE.length } });
    expect(await fixture.leftovers(place)).toEqual([place.key]);
    s3.destroy();
    await proxy.close();
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createVideoCopier } from "#archive/copy-video.ts";
import { downloadPolicy } from "#archive/download-guard.ts";
import { ArchiveCorrupt, SourceInterrupted } from "#archive/errors.ts";
import { putJson, sidecarPlace, videoPlace } from "#archive/objects.ts";
import type { LocalServer } from "#local/stand-ins/local-server.ts";
import { startS3 } from "#local/stand-ins/s3.ts";
import { serve, type TestServer } from "#test/support/http-server.ts";

const BUCKET = "videos";
const MEGABYTE = 1024 * 1024;

let directory: string;
let store: LocalServer;
let s3: S3Client;
let source: TestServer | undefined;
let place: ReturnType<typeof videoPlace>;
let counter = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "copy-video-"));
  store = await startS3({
    root: directory,
    metadata: join(directory, "s3"),
    buckets: { [BUCKET]: "videos" },
  });
});
beforeEach(() => {
  place = videoPlace(BUCKET, `copy-${counter++}`);
  s3 = new S3Client({
    endpoint: store.endpoint,
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});
afterEach(async () => {
  s3.destroy();
  await source?.close();
  source = undefined;
});
afterAll(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

function video(bytes: number): Buffer {
  const file = Buffer.alloc(bytes, "video bytes that are not all the same ");
  file.write("\0\0\0\x18ftypisom", 0, "latin1");
  return file;
}

/** `crc32:` and base64, as the store gives it for a whole object. */
function checksumOf(file: Buffer): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(file));
  return `crc32:${sum.toString("base64")}`;
}

interface CopyOptions {
  maxBytes?: number;
  deadline?: AbortSignal;
}

async function copyFrom(answer: (response: ServerResponse) => void, options: CopyOptions = {}) {
  source = await serve((_request, response) => answer(response));
  const copier = createVideoCopier({
    s3,
    policy: downloadPolicy("", source.origin),
    maxBytes: options.maxBytes ?? 1e9,
    idleTimeoutMs: 500,
  });
  const deadline = options.deadline ?? AbortSignal.timeout(20_000);
  return copier.copy(`${source.origin}/a.mp4`, place, deadline);
}

async function leftovers() {
  const Prefix = place.key;
  const objects = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
  const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix }));
  return [...(objects.Contents ?? []), ...(uploads.Uploads ?? [])];
}

async function stored() {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: place.key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** Lets a call of the store fail, or answer something else. */
function intercept(commandName: string, act: (output: object) => void | never, from = 1) {
  let calls = 0;
  s3.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (context.commandName === commandName && ++calls >= from) act(result.output);
      return result;
    },
    { step: "initialize" },
  );
}

describe("copying a video", () => {
  it.each([
    ["in one piece", 100_000],
    ["in parts", 20 * MEGABYTE],
  ])("stores it byte for byte, %s, with type and the checksum of the whole", async (_, bytes) => {
    const file = video(bytes);

    const copied = await copyFrom((response) =>
      response.writeHead(200, { "content-type": "video/x-m4v", "content-length": bytes }).end(file),
    );

    expect(copied).toMatchObject({ bytes, contentType: "video/x-m4v", checksum: checksumOf(file) });
    expect((await stored()).equals(file)).toBe(true);
  });

  it("gives a video of a careless type the type that browsers know", async () => {
    expect((await copyFrom((response) => response.end(video(50_000)))).contentType).toBe(
      "video/mp4",
    );
  });

  it("aborts what an earlier try of the same video has left open, and nothing else", async () => {
    const create = (Key: string) =>
      s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
    const { UploadId } = await create(place.key);
    await s3.send(
      new UploadPartCommand({ Bucket: BUCKET, Key: place.key, UploadId, PartNumber: 1, Body: "x" }),
    );
    await create(`${place.key}.other`);

    await copyFrom((response) => response.end(video(1_000)));

    const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    expect(uploads.Uploads?.map(({ Key }) => Key)).toEqual([`${place.key}.other`]);
  });
});

describe("a copy that fails leaves no object and no open upload behind:", () => {
  const LARGE = 20 * MEGABYTE;

  it.each<[string, (response: ServerResponse) => void, string]>([
    [
      "a body that ends early",
      (r) => {
        r.writeHead(200, { "content-length": 1_000_000 });
        r.write(video(600_000), () => r.destroy());
      },
      "SourceInterrupted",
    ],
    [
      "a large body that ends early",
      (r) => {
        r.writeHead(200, { "content-length": LARGE });
        r.write(video(LARGE - 5_000_000), () => r.destroy());
      },
      "SourceInterrupted",
    ],
    [
      "an HTML page",
      (r) => void r.writeHead(200, { "content-type": "text/html" }).end(video(99)),
      "NotAVideo",
    ],
    [
      "a page that calls itself a video",
      (r) => void r.writeHead(200, { "content-type": "video/mp4" }).end("<html>no video</html>"),
      "NotAVideo",
    ],
    ["a body that turns out to be over the cap", (r) => void r.end(video(LARGE)), "VideoTooLarge"],
    [
      "a body that is declared to be over the cap",
      (r) => {
        r.writeHead(200, { "content-length": LARGE });
        r.write(video(1_000));
      },
      "VideoTooLarge",
    ],
    [
      "a body that stalls",
      (r) => {
        r.writeHead(200, { "content-length": 1_000_000 });
        r.write(video(10_000));
      },
      "SourceInterrupted",
    ],
  ])("%s", async (_, answer, name) => {
    const maxBytes = name === "VideoTooLarge" ? 12 * MEGABYTE : 1e9;

    await expect(copyFrom(answer, { maxBytes })).rejects.toMatchObject({ name });

    expect(await leftovers()).toEqual([]);
  });

  it("a copy that takes too long", async () => {
    const slow = (response: ServerResponse) => {
      response.writeHead(200, { "content-length": LARGE });
      const sending = setInterval(() => response.write(video(10_000)), 20);
      response.on("close", () => clearInterval(sending));
    };

    await expect(copyFrom(slow, { deadline: AbortSignal.timeout(300) })).rejects.toThrow(
      new SourceInterrupted("the download took too long"),
    );

    expect(await leftovers()).toEqual([]);
  });

  it.each([
    ["a part that the store refuses", "UploadPartCommand", 2],
    ["a completion that the store refuses", "CompleteMultipartUploadCommand", 1],
  ])("%s", async (_, commandName, from) => {
    const refusal = new Error("SlowDown");
    intercept(
      commandName,
      () => {
        throw refusal;
      },
      from,
    );

    // Larger than all that is buffered on the way, so that a reader that left would be noticed.
    const copying = copyFrom((response) => response.end(video(80 * MEGABYTE)));

    await expect(copying).rejects.toBe(refusal);
    if (commandName === "UploadPartCommand") expect(await leftovers()).toEqual([]);
    const uploads = await s3.send(
      new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: place.key }),
    );
    expect(uploads.Uploads ?? []).toEqual([]);
  });

  it.each([
    ["another size than was sent", (output: object) => Object.assign(output, { ContentLength: 7 })],
    ["no size", (output: object) => Object.assign(output, { ContentLength: undefined })],
    ["no checksum", (output: object) => Object.assign(output, { ChecksumCRC32: undefined })],
  ])("the store reports %s", async (_, lie) => {
    intercept("HeadObjectCommand", lie);

    await expect(copyFrom((response) => response.end(video(1_000)))).rejects.toThrow(
      ArchiveCorrupt,
    );

    expect(await leftovers()).toEqual([]);
  });

  it("the store cannot be asked what it holds", async () => {
    intercept("HeadObjectCommand", () => {
      throw new Error("throttled");
    });

    await expect(copyFrom((response) => response.end(video(1_000)))).rejects.toThrow("throttled");

    expect(await leftovers()).toEqual([]);
  });
});

describe("the sidecar", () => {
  it("is readable JSON beside the video", async () => {
    const sidecar = sidecarPlace(BUCKET, "689174694b4dbdd4ab3d28c9");
    await putJson(s3, sidecar, { akool: { _id: "1" } });

    const { Body, ContentType } = await s3.send(
      new GetObjectCommand({ Bucket: BUCKET, Key: sidecar.key }),
    );

    expect(sidecar.key).toBe("689174694b4dbdd4ab3d28c9.json");
    expect(ContentType).toBe("application/json");
    expect(JSON.parse((await Body?.transformToString()) ?? "")).toEqual({ akool: { _id: "1" } });
  });
});

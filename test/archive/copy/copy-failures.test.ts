import type { ServerResponse } from "node:http";
import { ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { ArchiveCorrupt, SourceInterrupted } from "#archive/errors.ts";
import { BUCKET, intercept, video } from "./copy-fixture.ts";
import { copyFrom, copyTests } from "./copy-tests.ts";

const MEGABYTE = 1024 * 1024;

const given = copyTests();

/** Some stores take a checksum and do not answer with it: these are asked what they hold. */
function silenceChecksums() {
  intercept(given.s3, "PutObjectCommand", (output) =>
    Object.assign(output, { ChecksumCRC32: undefined }),
  );
}

it("a copy that the store does not confirm leaves what may be another's, in a bucket without versions", async () => {
  silenceChecksums();
  intercept(given.s3, "HeadObjectCommand", () => {
    throw new Error("throttled");
  });

  await expect(copyFrom(given, (response) => response.end(video(1_000)))).rejects.toThrow(
    "throttled",
  );

  expect(await given.fixture.leftovers(given.place)).toEqual([given.place.key]);
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
      (r) => void r.writeHead(200, { "content-type": "text/html" }).end("<html>"),
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
  ])("%s", async (_, answer, name) => {
    const maxBytes = name === "VideoTooLarge" ? 12 * MEGABYTE : 1e9;

    await expect(copyFrom(given, answer, { maxBytes })).rejects.toMatchObject({ name });

    expect(await given.fixture.leftovers(given.place)).toEqual([]);
  });

  it("a body that stalls", async () => {
    const stalling = (response: ServerResponse) => {
      response.writeHead(200, { "content-length": 1_000_000 });
      response.write(video(10_000));
    };

    await expect(copyFrom(given, stalling, { idleTimeoutMs: 300 })).rejects.toThrow(
      new SourceInterrupted("no byte for 0.3 s"),
    );

    expect(await given.fixture.leftovers(given.place)).toEqual([]);
  });

  it("a copy that takes too long", async () => {
    const slow = (response: ServerResponse) => {
      response.writeHead(200, { "content-length": LARGE });
      const sending = setInterval(() => response.write(video(10_000)), 20);
      response.on("close", () => clearInterval(sending));
    };

    await expect(copyFrom(given, slow, { deadline: AbortSignal.timeout(300) })).rejects.toThrow(
      new SourceInterrupted("the download took too long"),
    );

    expect(await given.fixture.leftovers(given.place)).toEqual([]);
  });

  it.each([
    ["a part that the store refuses", "UploadPartCommand", 2],
    ["a completion that the store refuses", "CompleteMultipartUploadCommand", 1],
  ])("%s", async (_, commandName, from) => {
    const refusal = new Error("SlowDown");
    let calls = 0;
    intercept(given.s3, commandName, () => {
      calls += 1;
      if (calls >= from) throw refusal;
    });

    // Larger than all that is buffered on the way, so that a reader that left would be noticed.
    const file = video(80 * MEGABYTE);
    const copying = copyFrom(given, (response) => response.end(file));

    await expect(copying).rejects.toBe(refusal);
    if (commandName === "UploadPartCommand")
      expect(await given.fixture.leftovers(given.place)).toEqual([]);
    const uploads = await given.s3.send(
      new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: given.place.key }),
    );
    expect(uploads.Uploads ?? []).toEqual([]);
  });

  it.each([
    ["another size than was sent", (output: object) => Object.assign(output, { ContentLength: 7 })],
    ["no size", (output: object) => Object.assign(output, { ContentLength: undefined })],
    ["no checksum", (output: object) => Object.assign(output, { ChecksumCRC32: undefined })],
  ])("the store reports %s", async (_, lie) => {
    silenceChecksums();
    intercept(given.s3, "HeadObjectCommand", lie);

    await expect(copyFrom(given, (response) => response.end(video(1_000)))).rejects.toThrow(
      ArchiveCorrupt,
    );

    expect(await given.fixture.leftovers(given.place)).toEqual([]);
  });

  it("the store cannot be asked what it holds, and objects have versions", async () => {
    silenceChecksums();
    intercept(given.s3, "PutObjectCommand", (output) =>
      Object.assign(output, { VersionId: "mine" }),
    );
    const deleted: unknown[] = [];
    given.s3.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === "HeadObjectCommand" && "VersionId" in args.input) {
          throw new Error("throttled");
        }
        if (context.commandName === "DeleteObjectCommand") deleted.push(args.input);
        return next(args);
      },
      { step: "initialize" },
    );

    await expect(copyFrom(given, (response) => response.end(video(1_000)))).rejects.toThrow(
      "throttled",
    );

    expect(deleted).toEqual([
      { Bucket: given.place.bucket, Key: given.place.key, VersionId: "mine" },
    ]);
  });
});

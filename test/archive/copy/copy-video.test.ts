import type { ServerResponse } from "node:http";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ArchiveCorrupt, SourceInterrupted } from "#archive/errors.ts";
import { putJson } from "#archive/upload/objects.ts";
import { DEFAULT_SIZING } from "#archive/upload/part-plan.ts";
import { type ObjectPlace, sidecarPlace, videoPlace } from "#archive/upload/places.ts";
import { rangedOrigin } from "../source/ranged-origin.ts";
import {
  BUCKET,
  type CopyFixture,
  checksumOf,
  copyFixture,
  intercept,
  video,
} from "./copy-fixture.ts";

const MEGABYTE = 1024 * 1024;

let fixture: CopyFixture;
let s3: S3Client;
let source: TestServer | undefined;
let place: ObjectPlace;

beforeAll(async () => {
  fixture = await copyFixture();
});
beforeEach(() => {
  place = fixture.newPlace();
  s3 = fixture.newClient();
});
afterEach(async () => {
  s3.destroy();
  await source?.close();
  source = undefined;
});
afterAll(() => fixture.close());

interface CopyOptions {
  maxBytes?: number;
  deadline?: AbortSignal;
  idleTimeoutMs?: number;
}

/** Copies with the ordinary sizes from a source that knows no ranges. */
async function copyFrom(answer: (response: ServerResponse) => void, options: CopyOptions = {}) {
  source = await serve((_request, response) => answer(response));
  const { deadline = AbortSignal.timeout(100_000), maxBytes = 1e9, idleTimeoutMs } = options;
  const limits = { maxBytes, ...(idleTimeoutMs !== undefined && { idleTimeoutMs }) };
  const copier = fixture.copier(source.origin, { s3, sizing: DEFAULT_SIZING, ...limits });
  return copier.copy(`${source.origin}/a.mp4`, place, deadline);
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

    const checksum = checksumOf(file);
    expect(copied).toMatchObject({
      video: { bytes, contentType: "video/mp4", checksum },
      leftUpload: false,
    });
    expect((await fixture.stored(place)).equals(file)).toBe(true);
  });

  it("gives a video with a sloppy type the type that browsers know", async () => {
    const copied = await copyFrom((response) => response.end(video(50_000)));

    expect(copied.video.contentType).toBe("video/mp4");
  });

  it("aborts what an earlier try of the same video has left open, and nothing else", async () => {
    const create = (Key: string) =>
      s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
    const { UploadId } = await create(place.key);
    await s3.send(
      new UploadPartCommand({ Bucket: BUCKET, Key: place.key, UploadId, PartNumber: 1, Body: "x" }),
    );
    await create(`${place.key}.other`);

    const copied = await copyFrom((response) => response.end(video(1_000)));

    const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    expect(uploads.Uploads?.map(({ Key }) => Key)).toEqual([`${place.key}.other`]);
    expect(copied.leftUpload).toBe(false);
  });

  it("reports when the store would not end what an earlier try has left open", async () => {
    await s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: place.key }));
    intercept(s3, "AbortMultipartUploadCommand", () => {
      throw new Error("throttled");
    });

    const copied = await copyFrom((response) => response.end(video(1_000)));

    expect(copied).toMatchObject({ video: { bytes: 1_000 }, leftUpload: true });
  });
});

describe("an object that another run has stored", () => {
  const other = (Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: place.key, Body }));

  it.each([
    ["in one piece", 1_000],
    ["in parts", 20 * MEGABYTE],
  ])("while the copy ran stays, and the copy leaves nothing: %s", async (_, bytes) => {
    const copying = copyFrom(async (response) => {
      await other("the other's");
      response.end(video(bytes));
    });

    await expect(copying).rejects.toMatchObject({ name: "CopyOvertaken" });

    expect((await fixture.stored(place)).toString()).toBe("the other's");
    expect(await fixture.leftovers(place)).toEqual([place.key]);
  });

  it("before the copy began is replaced", async () => {
    await other("of a run that died before it could record it");

    await copyFrom((response) => response.end(video(1_000)));

    expect((await fixture.stored(place)).length).toBe(1_000);
  });

  it("that was to be replaced, and was deleted meanwhile, fails the copy too", async () => {
    await other("of a run that was cancelled");
    const copying = copyFrom(async (response) => {
      await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: place.key }));
      response.end(video(1_000));
    });

    await expect(copying).rejects.toMatchObject({ name: "CopyOvertaken" });
  });
});

/** Some stores take a checksum and do not answer with it: these are asked what they hold. */
function silenceChecksums() {
  intercept(s3, "PutObjectCommand", (output) =>
    Object.assign(output, { ChecksumCRC32: undefined }),
  );
}

it("a copy that the store does not confirm leaves what may be another's, in a bucket without versions", async () => {
  silenceChecksums();
  intercept(s3, "HeadObjectCommand", () => {
    throw new Error("throttled");
  });

  await expect(copyFrom((response) => response.end(video(1_000)))).rejects.toThrow("throttled");

  expect(await fixture.leftovers(place)).toEqual([place.key]);
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

    await expect(copyFrom(answer, { maxBytes })).rejects.toMatchObject({ name });

    expect(await fixture.leftovers(place)).toEqual([]);
  });

  it("a body that stalls", async () => {
    const stalling = (response: ServerResponse) => {
      response.writeHead(200, { "content-length": 1_000_000 });
      response.write(video(10_000));
    };

    await expect(copyFrom(stalling, { idleTimeoutMs: 300 })).rejects.toThrow(
      new SourceInterrupted("no byte for 0.3 s"),
    );

    expect(await fixture.leftovers(place)).toEqual([]);
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

    expect(await fixture.leftovers(place)).toEqual([]);
  });

  it.each([
    ["a part that the store refuses", "UploadPartCommand", 2],
    ["a completion that the store refuses", "CompleteMultipartUploadCommand", 1],
  ])("%s", async (_, commandName, from) => {
    const refusal = new Error("SlowDown");
    let calls = 0;
    intercept(s3, commandName, () => {
      calls += 1;
      if (calls >= from) throw refusal;
    });

    // Larger than all that is buffered on the way, so that a reader that left would be noticed.
    const file = video(80 * MEGABYTE);
    const copying = copyFrom((response) => response.end(file));

    await expect(copying).rejects.toBe(refusal);
    if (commandName === "UploadPartCommand") expect(await fixture.leftovers(place)).toEqual([]);
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
    silenceChecksums();
    intercept(s3, "HeadObjectCommand", lie);

    await expect(copyFrom((response) => response.end(video(1_000)))).rejects.toThrow(
      ArchiveCorrupt,
    );

    expect(await fixture.leftovers(place)).toEqual([]);
  });

  it("the store cannot be asked what it holds, and objects have versions", async () => {
    silenceChecksums();
    intercept(s3, "PutObjectCommand", (output) => Object.assign(output, { VersionId: "mine" }));
    const deleted: unknown[] = [];
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === "HeadObjectCommand" && "VersionId" in args.input) {
          throw new Error("throttled");
        }
        if (context.commandName === "DeleteObjectCommand") deleted.push(args.input);
        return next(args);
      },
      { step: "initialize" },
    );

    await expect(copyFrom((response) => response.end(video(1_000)))).rejects.toThrow("throttled");

    expect(deleted).toEqual([{ Bucket: place.bucket, Key: place.key, VersionId: "mine" }]);
  });
});

describe("the sidecar", () => {
  it("is readable JSON beside the video", async () => {
    const sidecar = sidecarPlace(videoPlace(BUCKET, "689174694b4dbdd4ab3d28c9"));
    await putJson(s3, sidecar, { akool: { _id: "1" } });

    const { Body, ContentType } = await s3.send(
      new GetObjectCommand({ Bucket: BUCKET, Key: sidecar.key }),
    );

    expect(sidecar.key).toBe("689174694b4dbdd4ab3d28c9.json");
    expect(ContentType).toBe("application/json");
    expect(JSON.parse((await Body?.transformToString()) ?? "")).toEqual({ akool: { _id: "1" } });
  });
});

describe("the requests that a copy costs the store", () => {
  async function requestsFor(bytes: number, first: boolean) {
    const sent: string[] = [];
    s3.middlewareStack.add(
      (next, context) => (args) => {
        sent.push(String(context.commandName).replace("Command", ""));
        return next(args);
      },
      { step: "initialize" },
    );
    const origin = await rangedOrigin({ bytes: video(bytes), etag: '"one"' });
    const copier = fixture.copier(origin.origin, { s3, sizing: DEFAULT_SIZING });
    const deadline = AbortSignal.timeout(100_000);
    const { video: stored } = await copier.copy(`${origin.origin}/a.mp4`, place, deadline, {
      first,
      toReplace: async () => {},
    });
    await origin.close();
    expect(stored).toMatchObject({ bytes, checksum: checksumOf(await fixture.stored(place)) });
    return sent;
  }

  it.each([2, 10, 16])("are one for a first run of %d MiB", async (mebibytes) => {
    expect(await requestsFor(mebibytes * MEGABYTE, true)).toEqual(["PutObject"]);
  });

  it("are three for a run that may follow another", async () => {
    expect(await requestsFor(2 * MEGABYTE, false)).toEqual([
      "HeadObject",
      "ListMultipartUploads",
      "PutObject",
    ]);
  });

  it("are those of an upload for more than fits in memory", async () => {
    const sent = await requestsFor(16 * MEGABYTE + 1, true);

    expect(sent.toSorted()).toEqual(
      [
        "CreateMultipartUpload",
        "PutObject",
        ...Array(4).fill("UploadPart"),
        "CompleteMultipartUpload",
        "HeadObject",
        "DeleteObject",
      ].toSorted(),
    );
  });

  it.each(["declared", "chunked"])(
    "are one even for a source without ranges: %s",
    async (length) => {
      const file = video(15 * MEGABYTE);
      const sent: string[] = [];
      intercept(s3, "PutObjectCommand", () => sent.push("PutObject"));
      intercept(s3, "CreateMultipartUploadCommand", () => sent.push("CreateMultipartUpload"));

      await copyFrom((response) => {
        if (length === "declared") response.writeHead(200, { "content-length": file.length });
        response.end(file);
      });

      expect(sent).toEqual(["PutObject"]);
      expect((await fixture.stored(place)).equals(file)).toBe(true);
    },
  );
});

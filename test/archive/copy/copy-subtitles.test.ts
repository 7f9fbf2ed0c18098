import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { TestServer } from "@akool-archiver/test-support/http-server.ts";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it } from "vitest";
import type { CopyClaim } from "#archive/copy/copy-run.ts";
import { createSubtitlesCopier } from "#archive/copy/copy-subtitles.ts";
import { downloadPolicy } from "#archive/source/download-guard.ts";
import { companionPlace, type ObjectPlace } from "#archive/upload/places.ts";
import { BUCKET, checksumOf } from "./copy-fixture.ts";
import { copyTests } from "./copy-tests.ts";

const SRT = Buffer.from("\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nHola\r\n\r\n");

const given = copyTests();
let source: TestServer;
let place: ObjectPlace;

beforeEach(() => {
  place = companionPlace(given.place, "translated_srt");
});

interface CopyOptions {
  maxBytes?: number;
  claim?: CopyClaim;
  deadline?: AbortSignal;
}

async function copyFrom(answer: (response: ServerResponse) => void, options: CopyOptions = {}) {
  source = await given.serveAnswer(answer);
  const { maxBytes = 1e9, claim, deadline = AbortSignal.timeout(20_000) } = options;
  const copier = createSubtitlesCopier({
    s3: given.fixture.s3,
    policy: downloadPolicy("", source.origin),
    maxBytes,
    retryDelayMs: () => 1,
  });
  return copier.copySubtitles(`${source.origin}/a.srt`, place, deadline, claim);
}

const sending =
  (body: Buffer, headers: Record<string, string | number> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(200, { "content-length": body.length, ...headers }).end(body);

describe("copying subtitles", () => {
  it.each(["application/x-subrip", "text/plain", "application/octet-stream", "text/html"])(
    "stores them byte for byte, whatever type they are sent with: %s",
    async (type) => {
      const copied = await copyFrom(sending(SRT, { "content-type": type }));

      expect(copied).toMatchObject({
        place: { bucket: BUCKET, key: place.key },
        video: {
          bytes: SRT.length,
          contentType: "application/x-subrip",
          checksum: checksumOf(SRT),
        },
        leftUpload: false,
      });
      expect(place.key).toMatch(/^copy-\d+\.translated\.srt$/);
      expect((await given.fixture.stored(place)).equals(SRT)).toBe(true);
    },
  );

  it("undoes a content coding, and takes a body of chunks", async () => {
    const packed = gzipSync(SRT);

    await copyFrom((response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(packed),
    );

    expect((await given.fixture.stored(place)).equals(SRT)).toBe(true);
  });

  it("asks twice where nothing but the connection's end marks the end", async () => {
    await copyFrom((response) => response.socket?.end(`HTTP/1.0 200 OK\r\n\r\n${SRT}`));

    expect(source.requests).toHaveLength(2);
    expect((await given.fixture.stored(place)).equals(SRT)).toBe(true);
  });

  it.each([
    ["an error page under 200", sending(Buffer.from("<html>Sign in</html>")), "NotSubtitles"],
    ["an empty body", sending(Buffer.alloc(0)), "NotSubtitles"],
    ["404", (response: ServerResponse) => response.writeHead(404).end(), "SourceGone"],
    ["503", (response: ServerResponse) => response.writeHead(503).end(), "SourceUnavailable"],
    [
      "a body that breaks off",
      (response: ServerResponse) => {
        response.writeHead(200, { "content-length": 1_000 });
        response.write(SRT, () => response.socket?.destroySoon());
      },
      "SourceInterrupted",
    ],
  ])("stores nothing of %s", async (_, answer, name) => {
    await expect(copyFrom(answer)).rejects.toMatchObject({ name });

    expect(await given.fixture.leftovers(place)).toEqual([]);
  });

  it.each(["declared", "chunked"])("stores no file that is far too large: %s", async (how) => {
    const file = Buffer.concat([SRT, Buffer.alloc(2_000, " ")]);
    const answer = (response: ServerResponse) =>
      how === "declared" ? sending(file)(response) : response.writeHead(200).end(file);

    await expect(copyFrom(answer, { maxBytes: 1_000 })).rejects.toMatchObject({
      name: "VideoTooLarge",
    });
  });

  it("ends with the time", async () => {
    const deadline = AbortSignal.timeout(50);

    await expect(copyFrom(() => {}, { deadline })).rejects.toMatchObject({
      name: "SourceInterrupted",
    });
  });
});

describe("another run that has stored them", () => {
  const put = () =>
    given.fixture.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: place.key, Body: "other" }));

  it("before is replaced, once the place is claimed", async () => {
    await put();
    let claims = 0;
    const claim = { first: false, toReplace: async () => void claims++ };

    await copyFrom(sending(SRT), { claim });

    expect(claims).toBe(1);
    expect((await given.fixture.stored(place)).equals(SRT)).toBe(true);
  });

  it("meanwhile is not", async () => {
    const claim = { first: true, toReplace: async () => {} };
    await put();

    await expect(copyFrom(sending(SRT), { claim })).rejects.toMatchObject({
      name: "CopyOvertaken",
    });

    expect((await given.fixture.stored(place)).toString()).toBe("other");
  });
});

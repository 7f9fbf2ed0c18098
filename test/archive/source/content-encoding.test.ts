import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { describe, expect, it } from "vitest";
import { checksumOf, video } from "../copy/copy-fixture.ts";
import { copyTests, FILE, ONE } from "../copy/copy-tests.ts";
import { expectCopied, sendPart } from "./server-answers.ts";

const given = copyTests(ONE);

describe("a Content-Encoding", () => {
  const answerWith = (body: Buffer, encoding: string, headers = {}) => {
    given.origin.interfere = (_request, response) => {
      response
        .writeHead(200, { "content-encoding": encoding, "content-length": body.length, ...headers })
        .end(body);
      return true;
    };
  };
  const plainNames = [
    "identity",
    "none",
    "utf-8",
    "UTF8",
    "binary",
    "aws-chunked",
    " Identity ",
    "",
  ];

  it.each([
    ...plainNames,
    "identity, aws-chunked",
    "video/mp4",
    "gzip",
    "br",
    "x-gzip, zstd",
    "deflate",
  ])("%j of bytes that are not encoded is ignored", async (encoding) => {
    answerWith(FILE, encoding);

    await expectCopied(given);
  });

  it.each(["br", "deflate", "gzip"])(
    "%s of bytes of no known format is ignored",
    async (encoding) => {
      const strange = Buffer.concat([
        Buffer.from("\0\0\0\x10abcd\0\0\0\0\0\0\0\0", "latin1"),
        FILE,
      ]);
      answerWith(strange, encoding);

      expect((await given.copy()).video).toMatchObject({ checksum: checksumOf(strange) });
    },
  );

  it("that is ignored does not keep a file from being fetched in parts", async () => {
    given.origin.interfere = (request, response) =>
      sendPart(request, response, { "content-encoding": "identity" });

    await expectCopied(given);
    expect(given.origin.rangeStarts()).toHaveLength(9);
  });

  it.each<[string, Buffer]>([
    ["gzip", gzipSync(FILE)],
    ["x-gzip", gzipSync(FILE)],
    ["GZIP", gzipSync(FILE)],
    ["aws-chunked, gzip", gzipSync(FILE)],
    ["br", brotliCompressSync(FILE)],
    ["zstd", zstdCompressSync(FILE)],
    ["deflate", deflateSync(FILE)],
    ["deflate", deflateRawSync(FILE)],
    ["br, gzip", gzipSync(brotliCompressSync(FILE))],
    ["gzip;q=1.0", gzipSync(FILE)],
    ["br", gzipSync(FILE)],
    ["deflate", gzipSync(FILE)],
    ["zstd", gzipSync(FILE)],
    ["gzip", zstdCompressSync(FILE)],
    ["gzip", deflateSync(FILE)],
  ])(
    "%s of bytes that are encoded, by this name or another one, is decoded",
    async (encoding, body) => {
      answerWith(body, encoding);

      await expectCopied(given);
    },
  );

  it.each<[string, Buffer]>([
    ["gzip", gzipSync(FILE)],
    ["br", brotliCompressSync(FILE)],
    ["zstd", zstdCompressSync(FILE)],
    ["deflate", deflateSync(FILE)],
  ])("%s is decoded from one answer without a range", async (encoding, body) => {
    given.origin.file = { bytes: body, etag: '"one"' };
    given.origin.interfere = (_request, response) => {
      response.setHeader("content-encoding", encoding);
      return false;
    };

    await expectCopied(given);
    expect(given.origin.requests.at(-1)?.headers).not.toHaveProperty("range");
  });

  it.each<[string, Buffer]>([
    ["gzip", gzipSync(FILE)],
    ["br", brotliCompressSync(FILE)],
    ["zstd", zstdCompressSync(FILE)],
    ["deflate", deflateSync(FILE)],
  ])(
    "%s that is cut off stores nothing, even if its length shows nothing",
    async (encoding, body) => {
      answerWith(body.subarray(0, body.length - 9), encoding);

      await expect(given.copy()).rejects.toMatchObject({ name: "SourceInterrupted" });

      expect(await given.fixture.leftovers(given.place)).toEqual([]);
    },
  );

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
  ])("%s counts against the cap by its decoded size", async (encoding, encode) => {
    const bomb = Buffer.concat([video(100), Buffer.alloc(2_000_000)]);
    answerWith(encode(bomb), encoding);

    await expect(given.copy({ maxBytes: 100_000 })).rejects.toMatchObject({
      name: "VideoTooLarge",
    });
    expect(await given.fixture.leftovers(given.place)).toEqual([]);
  });
});

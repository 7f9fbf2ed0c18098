import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import type { OriginFile } from "../source/ranged-origin.ts";
import { checksumOf, video } from "./copy-fixture.ts";
import { copyTests, FILE, MIDDLE, ONE, OTHER } from "./copy-tests.ts";

const given = copyTests(ONE);

type Answer = (response: ServerResponse) => void;

describe("a source file that changes during the copy", () => {
  it("restarts the copy", async () => {
    let changed = false;
    given.origin.interfere = (_request, _response, rangeStart) => {
      if (!changed && rangeStart === MIDDLE) {
        changed = true;
        given.origin.file = { bytes: OTHER, etag: '"two"' };
      }
      return false;
    };

    const copied = await given.copy();

    expect(copied.video.checksum).toBe(checksumOf(OTHER));
    expect((await given.fixture.stored(given.place)).equals(OTHER)).toBe(true);
    expect(await given.fixture.leftovers(given.place)).toEqual([given.place.key]);
  });

  it.each([
    ["a different ETag", '"two"', OTHER.length],
    ["no ETag", undefined, OTHER.length],
    ["a different total length", '"one"', 99_999],
  ])("is detected by a part that has %s", async (_, etag, total) => {
    given.interfereAt(MIDDLE, 1, (response) =>
      response
        .writeHead(206, {
          ...(etag !== undefined && { etag }),
          "content-range": `bytes ${MIDDLE}-${MIDDLE + 1_599}/${total}`,
        })
        .end(OTHER.subarray(MIDDLE, MIDDLE + 1_600)),
    );

    await given.copy();

    expect((await given.fixture.stored(given.place)).equals(FILE)).toBe(true);
    expect(given.origin.rangeStarts().filter((start) => start === 0)).toHaveLength(2);
  });

  it("falls back to a single stream when it keeps changing", async () => {
    let version = 0;
    given.origin.interfere = (_request, _response, rangeStart) => {
      if (rangeStart === MIDDLE) given.origin.file = { bytes: FILE, etag: `"${++version}"` };
      return false;
    };

    await given.copy();

    expect(version).toBe(2);
    expect((await given.fixture.stored(given.place)).equals(FILE)).toBe(true);
    expect(await given.fixture.leftovers(given.place)).toEqual([given.place.key]);
  });
});

describe("a source without usable ranges is copied as one stream when it", () => {
  it.each<[string, OriginFile, Answer | undefined]>([
    ["sends no ETag", { bytes: FILE }, undefined],
    ["sends a weak ETag", { bytes: FILE, etag: 'W/"one"' }, undefined],
    [
      "ignores Range",
      { bytes: FILE, etag: '"one"' },
      (response) => response.writeHead(200, { etag: '"one"' }).end(FILE),
    ],
    [
      "does not tell the total length",
      { bytes: FILE, etag: '"one"' },
      (response) =>
        response
          .writeHead(206, { etag: '"one"', "content-range": "bytes 0-1599/*" })
          .end(FILE.subarray(0, 1_600)),
    ],
    [
      "sends less than the requested range",
      { bytes: FILE, etag: '"one"' },
      (response) =>
        response
          .writeHead(206, { etag: '"one"', "content-range": `bytes 0-9/${FILE.length}` })
          .end(FILE.subarray(0, 10)),
    ],
    [
      "does not tell which range it sends",
      { bytes: FILE, etag: '"one"' },
      (response) => response.writeHead(206, { etag: '"one"' }).end(FILE.subarray(0, 1_600)),
    ],
  ])("%s", async (_, file, answer) => {
    await given.serveFile(file);
    if (answer !== undefined) given.interfereAt(0, 1, answer);

    const copied = await given.copy();

    expect(copied.video).toMatchObject({ bytes: FILE.length, checksum: checksumOf(FILE) });
    expect((await given.fixture.stored(given.place)).equals(FILE)).toBe(true);
    expect(given.origin.rangeStarts()).toEqual([0]);
    expect(await given.fixture.leftovers(given.place)).toEqual([given.place.key]);
  });

  it("sends no ETag, but not if the first response already holds the whole file", async () => {
    await given.serveFile({ bytes: video(900) });

    await given.copy();

    expect(given.origin.requests).toHaveLength(1);
  });

  it("sends an empty file, which is refused as no video", async () => {
    await given.serveFile({ bytes: Buffer.alloc(0), etag: '"one"' });

    await expect(given.copy()).rejects.toMatchObject({
      name: "NotAVideo",
      message: "the source served only 0 bytes",
    });
  });
});

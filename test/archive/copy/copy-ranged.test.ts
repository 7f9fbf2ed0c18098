import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ObjectPlace } from "#archive/upload/places.ts";
import { type OriginFile, type RangedOrigin, rangedOrigin } from "../source/ranged-origin.ts";
import { type CopyFixture, checksumOf, copyFixture, video } from "./copy-fixture.ts";

/** Nine parts: eight of 1,600 bytes, one of 1,500. */
const FILE = video(14_300);
const STARTS = Array.from({ length: 9 }, (_, index) => index * 1_600);
/** As long as the other, and different in every part. */
const OTHER = video(14_300, 2);
/** The beginning of a part in the middle. */
const MIDDLE = 6_400;

let fixture: CopyFixture;
let origin: RangedOrigin;
let place: ObjectPlace;

beforeAll(async () => {
  fixture = await copyFixture();
});
beforeEach(() => {
  place = fixture.newPlace();
});
afterEach(() => origin.close());
afterAll(() => fixture.close());

async function serveFile(file: OriginFile = { bytes: FILE, etag: '"one"' }) {
  origin = await rangedOrigin(file);
}

function copy(deadline = AbortSignal.timeout(100_000), options = {}) {
  return fixture.copier(origin.origin, options).copy(`${origin.origin}/a.mp4`, place, deadline);
}

const sorted = (numbers: number[]) => [...numbers].sort((a, b) => a - b);

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Answers the first requests for the part that begins at `start` in another way. */
function interfereAt(start: number, times: number, answer: Answer) {
  let left = times;
  origin.interfere = (request, response, rangeStart) => {
    if (rangeStart !== start || left === 0) return false;
    left -= 1;
    answer(response, request);
    return true;
  };
}

const cutOff: Answer = (response) => {
  response.writeHead(206, {
    etag: '"one"',
    "content-length": 1_600,
    "content-range": `bytes ${MIDDLE}-${MIDDLE + 1_599}/${FILE.length}`,
  });
  response.write(FILE.subarray(MIDDLE, MIDDLE + 700), () => response.destroy());
};

describe("a ranged copy", () => {
  it("fetches each part of one file once and stores the video byte for byte", async () => {
    await serveFile();

    const copied = await copy();

    expect(copied.video).toMatchObject({ bytes: FILE.length, checksum: checksumOf(FILE) });
    expect((await fixture.stored(place)).equals(FILE)).toBe(true);
    expect(sorted(origin.rangeStarts())).toEqual(STARTS);
    // Which file a part is of, its own ETag tells; some servers refuse the condition.
    expect(origin.requests.every(({ headers }) => headers["if-match"] === undefined)).toBe(true);
    expect(await fixture.leftovers(place)).toEqual([place.key]);
  });

  it("fetches a small video with a single request", async () => {
    const small = video(1_599);
    await serveFile({ bytes: small, etag: '"one"', contentType: "video/x-m4v" });

    const copied = await copy();

    expect(copied.video).toMatchObject({ contentType: "video/mp4", checksum: checksumOf(small) });
    expect(origin.requests).toHaveLength(1);
  });

  it("fetches parts in parallel, up to the configured number of connections", async () => {
    await serveFile();
    let underWay = 0;
    let most = 0;
    const allAtOnce = Promise.withResolvers<void>();
    origin.interfere = async (_request, response, rangeStart) => {
      // The first part comes alone: with it, it is found out whether there are parts at all.
      if (rangeStart === 0) return false;
      underWay += 1;
      most = Math.max(most, underWay);
      response.on("close", () => {
        underWay -= 1;
      });
      if (underWay === 4) allAtOnce.resolve();
      // Only overlapping answers can show how many requests there are at once.
      await allAtOnce.promise;
      return false;
    };

    await copy();

    expect(most).toBe(4);
  });

  it("checks every redirect of every part against the download guard", async () => {
    await serveFile();
    origin.interfere = (request, response, rangeStart) => {
      if (request.url !== "/a.mp4") return false;
      const location = rangeStart === MIDDLE ? "http://169.254.169.254/a.mp4" : "/b.mp4";
      response.writeHead(302, { location }).end();
      return true;
    };

    await expect(copy()).rejects.toMatchObject({ name: "DownloadRefused" });

    expect(await fixture.leftovers(place)).toEqual([]);
  });
});

describe("a failed part is retried on its own after", () => {
  it.each<[string, Answer]>([
    ["HTTP 503", (response) => response.writeHead(503).end()],
    ["a connection cut off halfway", cutOff],
    ["a refused connection", (response) => response.destroy()],
    ["a response with the whole file", (response) => response.writeHead(200).end(FILE)],
    [
      "a response with a different part",
      (response) =>
        response
          .writeHead(206, { etag: '"one"', "content-range": `bytes 0-1599/${FILE.length}` })
          .end(FILE.subarray(0, 1_600)),
    ],
    [
      "a response longer than the part",
      (response) =>
        response
          .writeHead(206, {
            etag: '"one"',
            "content-range": `bytes ${MIDDLE}-${MIDDLE + 1_599}/${FILE.length}`,
          })
          .end(FILE.subarray(MIDDLE)),
    ],
  ])("%s", async (_, answer) => {
    await serveFile();
    interfereAt(MIDDLE, 2, answer);

    await copy();

    expect((await fixture.stored(place)).equals(FILE)).toBe(true);
    const asked = origin.rangeStarts().filter((start) => start === MIDDLE);
    expect(asked).toHaveLength(3);
    expect(origin.requests).toHaveLength(STARTS.length + 2);
  });

  it("a connection that goes silent", async () => {
    await serveFile();
    interfereAt(MIDDLE, 2, () => {});

    await copy(undefined, { idleTimeoutMs: 500 });

    expect((await fixture.stored(place)).equals(FILE)).toBe(true);
    // On a machine that stands still for so long, others may seem silent as well.
    const asked = origin.rangeStarts().filter((start) => start === MIDDLE);
    expect(asked.length).toBeGreaterThanOrEqual(3);
  });

  it("a cut-off first response, whose body is the first part", async () => {
    await serveFile();
    let asked = 0;
    origin.interfere = (_request, response, rangeStart) => {
      if (rangeStart !== 0 || ++asked > 1) return false;
      response.writeHead(206, {
        etag: '"one"',
        "content-length": 1_600,
        "content-range": `bytes 0-1599/${FILE.length}`,
      });
      response.write(FILE.subarray(0, 300), () => response.destroy());
      return true;
    };

    await copy();

    expect((await fixture.stored(place)).equals(FILE)).toBe(true);
    expect(asked).toBe(2);
  });

  it("a cut-off first response, and fails if the retry does not return a video", async () => {
    await serveFile();
    const headers = {
      etag: '"one"',
      "content-length": 1_600,
      "content-range": `bytes 0-1599/${FILE.length}`,
    };
    let asked = 0;
    origin.interfere = (_request, response, rangeStart) => {
      if (rangeStart !== 0) return false;
      response.writeHead(206, headers);
      if (++asked === 1) response.write(FILE.subarray(0, 300), () => response.destroy());
      else response.end(Buffer.alloc(1_600, "not a video "));
      return true;
    };

    await expect(copy()).rejects.toMatchObject({ name: "NotAVideo" });

    expect(await fixture.leftovers(place)).toEqual([]);
  });

  it("an HTTP error, five times per worker, before the whole file is requested instead", async () => {
    await serveFile();
    interfereAt(MIDDLE, 100, (response) => response.writeHead(503).end());

    await copy();

    expect((await fixture.stored(place)).equals(FILE)).toBe(true);
    const asked = origin.rangeStarts().filter((start) => start === MIDDLE).length;
    expect(asked % 5).toBe(0);
    expect(asked).toBeLessThanOrEqual(5 * 5);
    // All other parts were fetched in vain; the last request is the plainest one.
    expect(origin.requests.at(-1)?.headers).not.toHaveProperty("range");
  });
});

describe("a source file that changes during the copy", () => {
  it("restarts the copy", async () => {
    await serveFile();
    let changed = false;
    origin.interfere = (_request, _response, rangeStart) => {
      if (!changed && rangeStart === MIDDLE) {
        changed = true;
        origin.file = { bytes: OTHER, etag: '"two"' };
      }
      return false;
    };

    const copied = await copy();

    expect(copied.video.checksum).toBe(checksumOf(OTHER));
    expect((await fixture.stored(place)).equals(OTHER)).toBe(true);
    expect(await fixture.leftovers(place)).toEqual([place.key]);
  });

  it.each([
    ["a different ETag", '"two"', OTHER.length],
    ["no ETag", undefined, OTHER.length],
    ["a different total length", '"one"', 99_999],
  ])("is detected by a part that has %s", async (_, etag, total) => {
    await serveFile();
    interfereAt(MIDDLE, 1, (response) =>
      response
        .writeHead(206, {
          ...(etag !== undefined && { etag }),
          "content-range": `bytes ${MIDDLE}-${MIDDLE + 1_599}/${total}`,
        })
        .end(OTHER.subarray(MIDDLE, MIDDLE + 1_600)),
    );

    await copy();

    expect((await fixture.stored(place)).equals(FILE)).toBe(true);
    expect(origin.rangeStarts().filter((start) => start === 0)).toHaveLength(2);
  });

  it("falls back to a single stream when it keeps changing", async () => {
    await serveFile();
    let version = 0;
    origin.interfere = (_request, _response, rangeStart) => {
      if (rangeStart === MIDDLE) origin.file = { bytes: FILE, etag: `"${++version}"` };
      return false;
    };

    await copy();

    expect(version).toBe(2);
    expect((await fixture.stored(place)).equals(FILE)).toBe(true);
    expect(await fixture.leftovers(place)).toEqual([place.key]);
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
    await serveFile(file);
    if (answer !== undefined) interfereAt(0, 1, answer);

    const copied = await copy();

    expect(copied.video).toMatchObject({ bytes: FILE.length, checksum: checksumOf(FILE) });
    expect((await fixture.stored(place)).equals(FILE)).toBe(true);
    expect(origin.rangeStarts()).toEqual([0]);
    expect(await fixture.leftovers(place)).toEqual([place.key]);
  });

  it("sends no ETag, but not if the first response already holds the whole file", async () => {
    await serveFile({ bytes: video(900) });

    await copy();

    expect(origin.requests).toHaveLength(1);
  });

  it("sends an empty file, which is refused as no video", async () => {
    await serveFile({ bytes: Buffer.alloc(0), etag: '"one"' });

    await expect(copy()).rejects.toMatchObject({
      name: "NotAVideo",
      message: "the source served only 0 bytes",
    });
  });
});

describe("nothing is stored and no upload is left open for", () => {
  it.each<[string, OriginFile, string]>([
    ["an HTML page", { bytes: Buffer.alloc(14_300, "<html>"), etag: '"one"' }, "NotAVideo"],
  ])("%s", async (_, file, name) => {
    await serveFile(file);

    await expect(copy()).rejects.toMatchObject({ name });

    expect(await fixture.leftovers(place)).toEqual([]);
    expect(origin.requests).toHaveLength(1);
  });

  it("a video that disappears during the copy", async () => {
    await serveFile();
    let isGone = false;
    origin.interfere = (_request, response, start) => {
      isGone ||= start === MIDDLE;
      if (isGone) response.writeHead(404).end();
      return isGone;
    };

    await expect(copy()).rejects.toMatchObject({ name: "SourceGone" });

    expect(await fixture.leftovers(place)).toEqual([]);
  });

  it("a video over the size limit, which is noticed after the first request", async () => {
    await serveFile();
    const copier = fixture.copier(origin.origin, { maxBytes: FILE.length - 1 });

    const copying = copier.copy(`${origin.origin}/a.mp4`, place, AbortSignal.timeout(100_000));

    await expect(copying).rejects.toMatchObject({ name: "VideoTooLarge" });
    expect(origin.requests).toHaveLength(1);
  });
});

describe("a CompleteMultipartUpload whose response is lost", () => {
  it("is recognized by the stored object, without fetching anything again", async () => {
    await serveFile();
    let completions = 0;
    const s3 = fixture.newClient(2);
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args);
        if (context.commandName === "CompleteMultipartUploadCommand" && completions++ === 0) {
          throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
        }
        return answer;
      },
      { step: "deserialize", priority: "low" },
    );

    const { video: stored } = await fixture
      .copier(origin.origin, { s3 })
      .copy(`${origin.origin}/a.mp4`, place, AbortSignal.timeout(100_000));

    expect(completions).toBe(2);
    expect(stored).toMatchObject({ bytes: FILE.length, checksum: checksumOf(FILE) });
    expect(sorted(origin.rangeStarts())).toEqual(STARTS);
    s3.destroy();
  });
});

import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import type { OriginFile } from "../source/ranged-origin.ts";
import { checksumOf, video } from "./copy-fixture.ts";
import { copyTests, FILE, MIDDLE, ONE, STARTS } from "./copy-tests.ts";

const given = copyTests(ONE);

const sorted = (numbers: number[]) => [...numbers].sort((a, b) => a - b);

type Answer = (response: ServerResponse) => void;

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
    const copied = await given.copy();

    expect(copied.video).toMatchObject({ bytes: FILE.length, checksum: checksumOf(FILE) });
    expect((await given.fixture.stored(given.place)).equals(FILE)).toBe(true);
    expect(sorted(given.origin.rangeStarts())).toEqual(STARTS);
    // Which file a part is of, its own ETag tells; some servers refuse the condition.
    expect(given.origin.requests.every(({ headers }) => headers["if-match"] === undefined)).toBe(
      true,
    );
    expect(await given.fixture.leftovers(given.place)).toEqual([given.place.key]);
  });

  it("fetches a small video with a single request", async () => {
    const small = video(1_599);
    await given.serveFile({ bytes: small, etag: '"one"', contentType: "video/x-m4v" });

    const copied = await given.copy();

    expect(copied.video).toMatchObject({ contentType: "video/mp4", checksum: checksumOf(small) });
    expect(given.origin.requests).toHaveLength(1);
  });

  it("fetches parts in parallel, up to the configured number of connections", async () => {
    let underWay = 0;
    let most = 0;
    const allAtOnce = Promise.withResolvers<void>();
    given.origin.interfere = async (_request, response, rangeStart) => {
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

    await given.copy();

    expect(most).toBe(4);
  });

  it("checks every redirect of every part against the download guard", async () => {
    given.origin.interfere = (request, response, rangeStart) => {
      if (request.url !== "/a.mp4") return false;
      const location = rangeStart === MIDDLE ? "http://169.254.169.254/a.mp4" : "/b.mp4";
      response.writeHead(302, { location }).end();
      return true;
    };

    await expect(given.copy()).rejects.toMatchObject({ name: "DownloadRefused" });

    expect(await given.fixture.leftovers(given.place)).toEqual([]);
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
    given.interfereAt(MIDDLE, 2, answer);

    await given.copy();

    expect((await given.fixture.stored(given.place)).equals(FILE)).toBe(true);
    const asked = given.origin.rangeStarts().filter((start) => start === MIDDLE);
    expect(asked).toHaveLength(3);
    expect(given.origin.requests).toHaveLength(STARTS.length + 2);
  });

  it("a connection that goes silent", async () => {
    given.interfereAt(MIDDLE, 2, () => {});

    await given.copy({ idleTimeoutMs: 500 });

    expect((await given.fixture.stored(given.place)).equals(FILE)).toBe(true);
    // On a machine that stands still for so long, others may seem silent as well.
    const asked = given.origin.rangeStarts().filter((start) => start === MIDDLE);
    expect(asked.length).toBeGreaterThanOrEqual(3);
  });

  it("a cut-off first response, whose body is the first part", async () => {
    let asked = 0;
    given.origin.interfere = (_request, response, rangeStart) => {
      if (rangeStart !== 0 || ++asked > 1) return false;
      response.writeHead(206, {
        etag: '"one"',
        "content-length": 1_600,
        "content-range": `bytes 0-1599/${FILE.length}`,
      });
      response.write(FILE.subarray(0, 300), () => response.destroy());
      return true;
    };

    await given.copy();

    expect((await given.fixture.stored(given.place)).equals(FILE)).toBe(true);
    expect(asked).toBe(2);
  });

  it("a cut-off first response, and fails if the retry does not return a video", async () => {
    const headers = {
      etag: '"one"',
      "content-length": 1_600,
      "content-range": `bytes 0-1599/${FILE.length}`,
    };
    let asked = 0;
    given.origin.interfere = (_request, response, rangeStart) => {
      if (rangeStart !== 0) return false;
      response.writeHead(206, headers);
      if (++asked === 1) response.write(FILE.subarray(0, 300), () => response.destroy());
      else response.end(Buffer.alloc(1_600, "not a video "));
      return true;
    };

    await expect(given.copy()).rejects.toMatchObject({ name: "NotAVideo" });

    expect(await given.fixture.leftovers(given.place)).toEqual([]);
  });

  it("an HTTP error, five times per worker, before the whole file is requested instead", async () => {
    given.interfereAt(MIDDLE, 100, (response) => response.writeHead(503).end());

    await given.copy();

    expect((await given.fixture.stored(given.place)).equals(FILE)).toBe(true);
    const asked = given.origin.rangeStarts().filter((start) => start === MIDDLE).length;
    expect(asked % 5).toBe(0);
    expect(asked).toBeLessThanOrEqual(5 * 5);
    // All other parts were fetched in vain; the last request is the plainest one.
    expect(given.origin.requests.at(-1)?.headers).not.toHaveProperty("range");
  });
});

describe("nothing is stored and no upload is left open for", () => {
  it.each<[string, OriginFile, string]>([
    ["an HTML page", { bytes: Buffer.alloc(14_300, "<html>"), etag: '"one"' }, "NotAVideo"],
  ])("%s", async (_, file, name) => {
    await given.serveFile(file);

    await expect(given.copy()).rejects.toMatchObject({ name });

    expect(await given.fixture.leftovers(given.place)).toEqual([]);
    expect(given.origin.requests).toHaveLength(1);
  });

  it("a video that disappears during the copy", async () => {
    let isGone = false;
    given.origin.interfere = (_request, response, start) => {
      isGone ||= start === MIDDLE;
      if (isGone) response.writeHead(404).end();
      return isGone;
    };

    await expect(given.copy()).rejects.toMatchObject({ name: "SourceGone" });

    expect(await given.fixture.leftovers(given.place)).toEqual([]);
  });

  it("a video over the size limit, which is noticed after the first request", async () => {
    const copying = given.copy({ maxBytes: FILE.length - 1 });

    await expect(copying).rejects.toMatchObject({ name: "VideoTooLarge" });
    expect(given.origin.requests).toHaveLength(1);
  });
});

describe("a CompleteMultipartUpload whose response is lost", () => {
  it("is recognized by the stored object, without fetching anything again", async () => {
    let completions = 0;
    const s3 = given.fixture.newClient(2);
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

    const { video: stored } = await given.copy({ s3 });

    expect(completions).toBe(2);
    expect(stored).toMatchObject({ bytes: FILE.length, checksum: checksumOf(FILE) });
    expect(sorted(given.origin.rangeStarts())).toEqual(STARTS);
    s3.destroy();
  });
});

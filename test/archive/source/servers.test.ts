import type { IncomingMessage, ServerResponse } from "node:http";
import { beforeEach, describe, expect, it } from "vitest";
import { checksumOf, video } from "../copy/copy-fixture.ts";
import { copyTests, FILE, MIDDLE, ONE } from "../copy/copy-tests.ts";
import { expectCopied, partsOf, rangeOf, SIZINGS, sendPart, status } from "./server-answers.ts";

const given = copyTests(ONE);

type Answer = (request: IncomingMessage, response: ServerResponse, start: number) => boolean;

const refuseRanges =
  (refuse: (response: ServerResponse) => void): Answer =>
  (request, response) => {
    if (rangeOf(request) === undefined) return false;
    refuse(response);
    return true;
  };
describe.each(SIZINGS)("a file is stored whole, %s, of a server that", (_, sizing) => {
  let requests = 0;
  beforeEach(() => {
    requests = 0;
  });

  it.each<[string, Answer]>([
    ...[400, 403, 404, 405, 416, 429, 500, 501, 503].map((code): [string, Answer] => [
      `answers HTTP ${code} to a range`,
      refuseRanges(status(code)),
    ]),
    ["resets the connection at a range", refuseRanges((response) => response.destroy())],
    [
      "refuses ranges behind the first part",
      (request, response, start) => {
        if (rangeOf(request) === undefined || start === 0) return false;
        status(416)(response);
        return true;
      },
    ],
    ...[400, 412, 501].map((code): [string, Answer] => [
      `answers HTTP ${code} to If-Match`,
      (request, response) => {
        if (request.headers["if-match"] === undefined) return false;
        status(code)(response);
        return true;
      },
    ]),
    [
      "gives another strong ETag from each of its nodes",
      (request, response) => {
        if (rangeOf(request) === undefined) return false;
        return sendPart(request, response, { etag: `"node-${requests++ % 3}"` });
      },
    ],
    [
      "gives no ETag with later parts",
      (request, response, start) => {
        if (rangeOf(request) === undefined) return false;
        return sendPart(request, response, { etag: start === 0 ? '"one"' : 'W/"one"' });
      },
    ],
    [
      "answers everything with 206, under a weak ETag",
      (request, response) => sendPart(request, response, { etag: 'W/"one"' }),
    ],
    [
      "answers everything with 206, and does not say how long the file is",
      (request, response) => {
        const { first, last } = partsOf(request);
        return sendPart(request, response, { "content-range": `bytes ${first}-${last}/*` });
      },
    ],
    ...["last", "0", "99999999999999999999"].map((total): [string, Answer] => [
      `answers everything with 206, and says that the file has ${total} bytes`,
      (request, response) => {
        const { first, last } = partsOf(request);
        const told = total === "last" ? last : total;
        return sendPart(request, response, { "content-range": `bytes ${first}-${last}/${told}` });
      },
    ]),
    ...["0-14299/14300", "bytes=0-14299/14300", "bytes */14300", "bytes 0-/14300"].map(
      (told): [string, Answer] => [
        `answers everything with the whole under 206, and calls that ${told}`,
        (_request, response) => {
          response
            .writeHead(206, { "content-length": FILE.length, "content-range": told })
            .end(FILE);
          return true;
        },
      ],
    ),
    [
      "gives the part's length for the file's",
      (request, response) => {
        if (rangeOf(request) === undefined) return false;
        const { first, last } = partsOf(request);
        const total = last - first + 1;
        return sendPart(request, response, { "content-range": `bytes ${first}-${last}/${total}` });
      },
    ],
    [
      "declares the file's length for a part's",
      (request, response) => {
        if (rangeOf(request) === undefined) return false;
        const { first, last } = partsOf(request);
        response.writeHead(206, {
          etag: '"one"',
          "content-length": FILE.length,
          "content-range": `bytes ${first}-${last}/${FILE.length}`,
        });
        response.write(FILE.subarray(first, last + 1), () => response.destroy());
        return true;
      },
    ],
    [
      "gives less than it was asked for",
      (request, response) => {
        if (rangeOf(request) === undefined) return false;
        const { first } = partsOf(request);
        request.headers.range = `bytes=${first}-${first + 99}`;
        return sendPart(request, response, {});
      },
    ],
  ])("%s", async (_name, answer) => {
    given.origin.interfere = answer;

    await expectCopied(given, sizing);
  });

  it.each([
    [1, 403],
    [1, 429],
    [1, 503],
    [1, 0],
    [2, 503],
    [4, 429],
  ])("allows %d connections, and answers others with %d (0: resets them)", async (most, code) => {
    let open = 0;
    let aborted = 0;
    let answered = 0;
    given.origin.interfere = async (_request, response) => {
      if (open >= most) {
        if (code === 0) response.destroy();
        else status(code)(response);
        return true;
      }
      open += 1;
      response.on("close", () => {
        open -= 1;
        if (!response.writableFinished) aborted += 1;
      });
      // Real time: only answers that overlap can be too many.
      await new Promise((resolve) => setTimeout(resolve, 10));
      answered += 1;
      return false;
    };

    await expectCopied(given, sizing);
    expect(answered).toBeGreaterThanOrEqual(9);
    expect(aborted).toBe(0);
  });
});

it("a body of unknown length is cut into growing parts, as many at a time as fit in memory", {
  tags: ["long"],
}, async () => {
  const file = video(1_600 * 960);
  given.origin.interfere = (_request, response) => {
    response.write(file);
    response.end();
    return true;
  };
  const { s3 } = given;
  const sizes: number[] = [];
  s3.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === "UploadPartCommand" && "ContentLength" in args.input) {
        sizes.push(Number(args.input.ContentLength));
      }
      return next(args);
    },
    { step: "initialize" },
  );

  const { video: stored } = await given.copy({ s3 });

  expect(stored).toMatchObject({ bytes: file.length, checksum: checksumOf(file) });
  expect(sizes.filter((bytes) => bytes === 1_600)).toHaveLength(950);
  expect(sizes.filter((bytes) => bytes === 3_200)).toHaveLength(5);
});

it.each([201, 202, 226, 299])("HTTP %d is a success, and its bytes are the file", async (code) => {
  given.origin.interfere = (_request, response) => {
    response.writeHead(code, { "content-length": FILE.length }).end(FILE);
    return true;
  };

  await expectCopied(given);
});

it("a body that breaks off before its first byte is interrupted, not an empty file", async () => {
  given.origin.interfere = (_request, response) => {
    response.writeHead(200, { "content-length": FILE.length });
    response.flushHeaders();
    setImmediate(() => response.destroy());
    return true;
  };

  await expect(given.copy()).rejects.toMatchObject({ name: "SourceInterrupted" });
});

describe("the pause that a source asks for with Retry-After", () => {
  it.each([
    ["a part", false],
    ["the whole file", true],
  ])("is waited for, in seconds or until a date: %s", async (_, whole) => {
    const asked: number[] = [];
    let refused = 0;
    given.origin.interfere = (request, response, start) => {
      if (whole && rangeOf(request) !== undefined) {
        status(501)(response);
        return true;
      }
      if (!whole && start !== MIDDLE) return false;
      asked.push(performance.now());
      if (refused++ > 0) return false;
      const date = new Date();
      const later = new Date(date.getTime() + 1_000).toUTCString();
      status(503, { date: date.toUTCString(), "retry-after": whole ? later : "1" })(response);
      return true;
    };

    await expectCopied(given);

    expect(asked).toHaveLength(2);
    expect(Number(asked[1]) - Number(asked[0])).toBeGreaterThanOrEqual(990);
  });
});

it("a part in answer to a request for the whole is not stored", async () => {
  given.origin.interfere = (request, response) => {
    if (rangeOf(request) !== undefined) status(416)(response);
    else {
      const headers = { "content-range": `bytes 0-99/${FILE.length}`, "content-length": 100 };
      response.writeHead(206, headers).end(FILE.subarray(0, 100));
    }
    return true;
  };

  await expect(given.copy()).rejects.toMatchObject({ name: "SourceUnavailable" });

  expect(await given.fixture.leftovers(given.place)).toEqual([]);
});

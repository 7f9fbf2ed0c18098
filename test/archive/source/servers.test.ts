import type { IncomingMessage, ServerResponse } from "node:http";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ObjectPlace } from "#archive/upload/places.ts";
import {
  type CopyFixture,
  checksumOf,
  copyFixture,
  SMALL_PARTS,
  video,
} from "../copy/copy-fixture.ts";
import { type RangedOrigin, rangedOrigin } from "./ranged-origin.ts";

/** Nine parts: eight of 1,600 bytes, one of 1,500. */
const FILE = video(14_300);
/** Without an upload: all of it is collected in memory. */
const IN_MEMORY = { ...SMALL_PARTS, smallBytes: 20_000 };
const SIZINGS = [
  ["in memory", IN_MEMORY],
  ["in parts", SMALL_PARTS],
] as const;

let fixture: CopyFixture;
let origin: RangedOrigin;
let place: ObjectPlace;

beforeAll(async () => {
  fixture = await copyFixture();
});
beforeEach(async () => {
  place = fixture.newPlace();
  origin = await rangedOrigin({ bytes: FILE, etag: '"one"' });
});
afterEach(() => origin.close());
afterAll(() => fixture.close());

type Answer = (request: IncomingMessage, response: ServerResponse, start: number) => boolean;

function copy(sizing = SMALL_PARTS, options = {}) {
  const copier = fixture.copier(origin.origin, { sizing, ...options });
  return copier.copy(`${origin.origin}/a.mp4`, place, AbortSignal.timeout(100_000));
}

async function expectStored(sizing = SMALL_PARTS, file = FILE) {
  const copied = await copy(sizing);
  expect(copied.video).toMatchObject({ bytes: file.length, checksum: checksumOf(file) });
  expect((await fixture.stored(place)).equals(file)).toBe(true);
  expect(await fixture.leftovers(place)).toEqual([place.key]);
}

const rangeOf = (request: IncomingMessage) => request.headers.range;
const partsOf = (request: IncomingMessage) => {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(rangeOf(request) ?? "") ?? [];
  const first = Number(from ?? 0);
  return { first, last: Math.min(Number(to ?? FILE.length - 1), FILE.length - 1) };
};

/** A part, with the headers that a test wants to see wrong. */
function sendPart(
  request: IncomingMessage,
  response: ServerResponse,
  headers: Record<string, string | number>,
): true {
  const { first, last } = partsOf(request);
  response
    .writeHead(206, {
      etag: '"one"',
      "content-length": last - first + 1,
      "content-range": `bytes ${first}-${last}/${FILE.length}`,
      ...headers,
    })
    .end(FILE.subarray(first, last + 1));
  return true;
}

const refuseRanges =
  (refuse: (response: ServerResponse) => void): Answer =>
  (request, response) => {
    if (rangeOf(request) === undefined) return false;
    refuse(response);
    return true;
  };
const status =
  (code: number, headers = {}) =>
  (response: ServerResponse) => {
    response.writeHead(code, headers).end();
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
    origin.interfere = answer;

    await expectStored(sizing);
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
    origin.interfere = async (_request, response) => {
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

    await expectStored(sizing);
    expect(answered).toBeGreaterThanOrEqual(9);
    expect(aborted).toBe(0);
  });
});

it("a body of unknown length is cut into growing parts, as many at a time as fit in memory", async () => {
  const file = video(1_600 * 960);
  origin.interfere = (_request, response) => {
    response.write(file);
    response.end();
    return true;
  };
  const s3 = fixture.newClient();
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

  const { video: stored } = await copy(SMALL_PARTS, { s3 });

  expect(stored).toMatchObject({ bytes: file.length, checksum: checksumOf(file) });
  expect(sizes.filter((bytes) => bytes === 1_600)).toHaveLength(950);
  expect(sizes.filter((bytes) => bytes === 3_200)).toHaveLength(5);
  s3.destroy();
});

describe.each(SIZINGS)("an answer that is no strict HTTP, %s,", (_, sizing) => {
  const length = `Content-Length: ${FILE.length}`;
  const chunks = Buffer.concat([
    Buffer.from(`${FILE.length.toString(16)}  \r\n`),
    FILE,
    Buffer.from("\r\n0\r\n\r\n"),
  ]);

  it.each<[string, string, Buffer]>([
    ["line feeds alone", `HTTP/1.1 200 OK\n${length}\n\n`, FILE],
    ["a folded header", `HTTP/1.1 200 OK\r\nX-A: b\r\n  c\r\n${length}\r\n\r\n`, FILE],
    ["a control character", `HTTP/1.1 200 OK\r\nX-A: \x01\r\n${length}\r\n\r\n`, FILE],
    ["a version that is none", `HTTP/1.2 200 OK\r\n${length}\r\n\r\n`, FILE],
    [
      "a length beside chunks, which have blanks",
      `HTTP/1.1 200 OK\r\n${length}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      chunks,
    ],
    [
      "another length beside chunks",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n",
      chunks,
    ],
  ])("is read all the same: %s", async (_name, head, body) => {
    origin.interfere = (_request, response) => {
      response.socket?.write(head, "latin1");
      response.socket?.end(body);
      return true;
    };

    await expectStored(sizing);
  });

  it("is the source's fault if it cannot be read", async () => {
    origin.interfere = (_request, response) => {
      response.socket?.end("ICY 200 OK\r\n\r\n");
      return true;
    };

    await expect(copy(sizing)).rejects.toMatchObject({
      name: "SourceUnavailable",
      message: "the source's answer is no HTTP: HPE_INVALID_CONSTANT",
    });
  });
});

it.each([201, 202, 226, 299])("HTTP %d is a success, and its bytes are the file", async (code) => {
  origin.interfere = (_request, response) => {
    response.writeHead(code, { "content-length": FILE.length }).end(FILE);
    return true;
  };

  await expectStored();
});

it("a body that breaks off before its first byte is interrupted, not an empty file", async () => {
  origin.interfere = (_request, response) => {
    response.writeHead(200, { "content-length": FILE.length });
    response.flushHeaders();
    setImmediate(() => response.destroy());
    return true;
  };

  await expect(copy()).rejects.toMatchObject({ name: "SourceInterrupted" });
});

describe("the pause that a source asks for with Retry-After", () => {
  it.each([
    ["a part", false],
    ["the whole file", true],
  ])("is waited for, in seconds or until a date: %s", async (_, whole) => {
    const asked: number[] = [];
    let refused = 0;
    origin.interfere = (request, response, start) => {
      if (whole && rangeOf(request) !== undefined) {
        status(501)(response);
        return true;
      }
      if (!whole && start !== 6_400) return false;
      asked.push(performance.now());
      if (refused++ > 0) return false;
      const date = new Date();
      const later = new Date(date.getTime() + 1_000).toUTCString();
      status(503, { date: date.toUTCString(), "retry-after": whole ? later : "1" })(response);
      return true;
    };

    await expectStored();

    expect(asked).toHaveLength(2);
    expect(Number(asked[1]) - Number(asked[0])).toBeGreaterThanOrEqual(990);
  });
});

describe.each(SIZINGS)("a body whose end only the connection's end marks, %s,", (_, sizing) => {
  /** HTTP/1.0, as some origins still speak it. */
  function answerRaw(bytesOf: (request: number) => Buffer, head = "HTTP/1.0 200 OK\r\n") {
    let requests = 0;
    origin.interfere = (_request, response) => {
      const { socket } = response;
      socket?.write(`${head}content-type: video/mp4\r\n\r\n`);
      socket?.end(bytesOf(requests++));
      return true;
    };
  }

  it.each([
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\n"],
    ["Connection: close", "HTTP/1.1 200 OK\r\nconnection: close\r\n"],
    ["Transfer-Encoding: identity", "HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\n"],
  ])("is stored when two downloads are equal: %s", async (_name, head) => {
    answerRaw(() => FILE, head);

    await expectStored(sizing);
    expect(origin.requests).toHaveLength(2);
  });

  it.each([
    ["cut off in the first", [9_000, FILE.length]],
    ["cut off in the second", [FILE.length, 9_000]],
  ])("is not stored when it is %s", async (_name, lengths) => {
    answerRaw((request) => FILE.subarray(0, lengths[request]));

    await expect(copy(sizing)).rejects.toMatchObject({ name: "SourceInterrupted" });

    expect(await fixture.leftovers(place)).toEqual([]);
  });

  it("is not stored when the two have the same length, and differ", async () => {
    answerRaw((request) => (request === 0 ? FILE : video(FILE.length, 2)));

    await expect(copy(sizing)).rejects.toMatchObject({ name: "SourceInterrupted" });
  });
});

describe("a Content-Encoding", () => {
  const answerWith = (body: Buffer, encoding: string, headers = {}) => {
    origin.interfere = (_request, response) => {
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

    await expectStored();
  });

  it.each(["br", "deflate", "gzip"])(
    "%s of bytes of no known format is ignored",
    async (encoding) => {
      const strange = Buffer.concat([
        Buffer.from("\0\0\0\x10abcd\0\0\0\0\0\0\0\0", "latin1"),
        FILE,
      ]);
      answerWith(strange, encoding);

      expect((await copy()).video).toMatchObject({ checksum: checksumOf(strange) });
    },
  );

  it("that is ignored does not keep a file from being fetched in parts", async () => {
    origin.interfere = (request, response) =>
      sendPart(request, response, { "content-encoding": "identity" });

    await expectStored();
    expect(origin.rangeStarts()).toHaveLength(9);
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

      await expectStored();
    },
  );

  it.each<[string, Buffer]>([
    ["gzip", gzipSync(FILE)],
    ["br", brotliCompressSync(FILE)],
    ["zstd", zstdCompressSync(FILE)],
    ["deflate", deflateSync(FILE)],
  ])("%s is decoded from one answer without a range", async (encoding, body) => {
    origin.file = { bytes: body, etag: '"one"' };
    origin.interfere = (_request, response) => {
      response.setHeader("content-encoding", encoding);
      return false;
    };

    await expectStored();
    expect(origin.requests.at(-1)?.headers).not.toHaveProperty("range");
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

      await expect(copy()).rejects.toMatchObject({ name: "SourceInterrupted" });

      expect(await fixture.leftovers(place)).toEqual([]);
    },
  );

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
  ])("%s counts against the cap by its decoded size", async (encoding, encode) => {
    const bomb = Buffer.concat([video(100), Buffer.alloc(20_000_000)]);
    answerWith(encode(bomb), encoding);

    await expect(copy(SMALL_PARTS, { maxBytes: 1_000_000 })).rejects.toMatchObject({
      name: "VideoTooLarge",
    });
    expect(await fixture.leftovers(place)).toEqual([]);
  });
});

it("a part in answer to a request for the whole is not stored", async () => {
  origin.interfere = (request, response) => {
    if (rangeOf(request) !== undefined) status(416)(response);
    else {
      const headers = { "content-range": `bytes 0-99/${FILE.length}`, "content-length": 100 };
      response.writeHead(206, headers).end(FILE.subarray(0, 100));
    }
    return true;
  };

  await expect(copy()).rejects.toMatchObject({ name: "SourceUnavailable" });

  expect(await fixture.leftovers(place)).toEqual([]);
});

describe("on the way to the file", () => {
  it("twenty redirects are followed", async () => {
    origin.interfere = (request, response) => {
      const hop = Number(/\/hop(\d+)/.exec(request.url ?? "")?.[1] ?? 0);
      if (hop === 20) return false;
      status(302, { location: `/hop${hop + 1}` })(response);
      return true;
    };

    await expectStored(IN_MEMORY);
  });

  it("an address in a redirect may hold UTF-8", async () => {
    const target = `/${encodeURIComponent("видео🎬")}.mp4`;
    origin.interfere = (request, response) => {
      if (request.url === target) return false;
      const location = Buffer.from("/видео🎬.mp4").toString("latin1");
      response.socket?.end(
        Buffer.from(
          `HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`,
          "latin1",
        ),
      );
      return true;
    };

    await expectStored(IN_MEMORY);
    expect(origin.requests.at(-1)?.url).toBe(target);
  });

  it("an address in a redirect that is no UTF-8 is read as Latin-1", async () => {
    origin.interfere = (request, response) => {
      if (request.url === "/caf%C3%A9.mp4") return false;
      response.socket?.end(
        Buffer.from("HTTP/1.1 302 Found\r\nlocation: /caf\xe9.mp4\r\n\r\n", "latin1"),
      );
      return true;
    };

    await expectStored(IN_MEMORY);
  });

  it("a cookie of a redirect comes back to the same host", async () => {
    origin.interfere = (request, response) => {
      if (request.headers.cookie === "tok=1%20x") return false;
      status(302, { location: request.url ?? "", "set-cookie": "tok=1%20x; Path=/" })(response);
      return true;
    };

    await expectStored();
  });

  it("headers of 60 kB are read", async () => {
    const cookies = Array.from({ length: 200 }, (_, index) => `c${index}=${"v".repeat(290)}`);
    origin.interfere = (_request, response) => {
      response.setHeader("set-cookie", cookies);
      return false;
    };

    await expectStored();
    const sent = origin.requests.map(({ headers }) => headers.cookie?.length ?? 0);
    expect(Math.max(...sent)).toBeLessThanOrEqual(4_096);
  });
});

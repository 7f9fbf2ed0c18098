import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { BUCKET, raw, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** CRC-32 of "hello world", in base64. */
const HELLO_CRC32 = "DUoRhQ==";
const HELLO_MD5 = "XrY7u+Ae7tCTyyK7j1rNww==";
const HELLO_SHA256 = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";

const UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
const SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";

let s3: S3Fixture;

beforeAll(async () => {
  s3 = await s3Fixture();
});

afterAll(() => s3.close());

function putRaw(headers: Record<string, string>, body = "hello world") {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  return raw(s3.endpoint, "PUT", `/${BUCKET}/raw`, { ...length, ...headers }, body);
}

function putChunked(body: string, headers: Record<string, string> = {}) {
  return putRaw(
    {
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": UNSIGNED,
      "x-amz-decoded-content-length": "11",
      "x-amz-trailer": "x-amz-checksum-crc32",
      ...headers,
    },
    body,
  );
}

async function stored(): Promise<string | undefined> {
  const answer = await s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: "raw" }));
  return answer.Body?.transformToString();
}

describe("a plain body", () => {
  test.each([
    ["x-amz-checksum-crc32", HELLO_CRC32],
    ["content-md5", HELLO_MD5],
    ["x-amz-content-sha256", HELLO_SHA256],
    ["x-amz-content-sha256", "UNSIGNED-PAYLOAD"],
  ])("with %s: %s is taken", async (header, value) => {
    const answer = await putRaw({ [header]: value });

    expect(answer.status).toBe(200);
    expect(await stored()).toBe("hello world");
  });

  test.each([
    ["x-amz-checksum-crc32", "AAAAAA==", "BadDigest"],
    ["content-md5", HELLO_MD5.replace("X", "Y"), "BadDigest"],
    ["content-md5", "short", "InvalidDigest"],
    ["x-amz-content-sha256", HELLO_SHA256.replace("b", "c"), "XAmzContentSHA256Mismatch"],
    ["x-amz-content-sha256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "NotImplemented"],
    ["x-amz-checksum-sha256", HELLO_SHA256, "NotImplemented"],
    ["x-amz-checksum-crc64nvme", "AAAAAAAAAAA=", "NotImplemented"],
    ["x-amz-sdk-checksum-algorithm", "SHA1", "NotImplemented"],
    ["content-encoding", "gzip", "NotImplemented"],
    ["x-amz-trailer", "x-amz-checksum-crc32", "NotImplemented"],
    ["content-length", "6000000000", "EntityTooLarge"],
  ])("with %s: %s is refused: %s", async (header, value, code) => {
    await putRaw({}, "the object before");

    const answer = await putRaw({ [header]: value });

    expect(answer.body).toContain(`<Code>${code}</Code>`);
    expect(await stored()).toBe("the object before");
    expect(await readdir(`${s3.metadata}/temporary`)).toEqual([]);
  });

  test("needs a length", async () => {
    const chunked = { "transfer-encoding": "chunked" };

    const answer = await raw(s3.endpoint, "PUT", `/${BUCKET}/raw`, chunked, "hello world");

    expect(answer.status).toBe(411);
  });
});

describe("an aws-chunked body", () => {
  test("is decoded, wherever its pieces are cut", async () => {
    const body = `6\r\nhello \r\n5\r\nworld\r\n0\r\nx-amz-checksum-crc32:${HELLO_CRC32}\r\n\r\n`;
    const { hostname, port } = new URL(s3.endpoint);
    const socket = connect(Number(port), hostname).setNoDelay(true);
    socket.write(
      `PUT /${BUCKET}/raw HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n` +
        `x-amz-content-sha256: ${UNSIGNED}\r\nx-amz-decoded-content-length: 11\r\n` +
        "x-amz-trailer: x-amz-checksum-crc32\r\n\r\n",
    );

    for (const character of body) {
      socket.write(character);
      await new Promise(setImmediate);
    }

    const [answer] = await once(socket, "data");
    socket.destroy();
    expect(String(answer)).toMatch(/^HTTP\/1.1 200/);
    expect(await stored()).toBe("hello world");
  });

  test("may have signed chunks and a signed trailer", async () => {
    const signature = "0".repeat(64);
    const body =
      `b;chunk-signature=${signature}\r\nhello world\r\n0;chunk-signature=${signature}\r\n` +
      `x-amz-checksum-crc32:${HELLO_CRC32}\n\r\nx-amz-trailer-signature:${signature}\r\n\r\n`;

    const answer = await putChunked(body, { "x-amz-content-sha256": SIGNED });

    expect(answer.status).toBe(200);
    expect(answer.headers["x-amz-checksum-crc32"]).toBe(HELLO_CRC32);
    expect(await stored()).toBe("hello world");
  });

  test.each([
    [
      "a wrong checksum",
      "b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
      "BadDigest",
    ],
    ["no trailer", "b\r\nhello world\r\n0\r\n\r\n", "MalformedTrailerError"],
    ["an unreadable trailer", "b\r\nhello world\r\n0\r\n???\r\n\r\n", "MalformedTrailerError"],
    [
      "endless trailers",
      `b\r\nhello world\r\n0\r\n${"a:b\r\n".repeat(20)}`,
      "MalformedTrailerError",
    ],
    [
      "too few bytes",
      `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${HELLO_CRC32}\r\n\r\n`,
      "IncompleteBody",
    ],
    ["no last chunk", "b\r\nhello world\r\n", "IncompleteBody"],
    ["a trailer cut in its middle", "b\r\nhello world\r\n0\r\nx-amz-check", "IncompleteBody"],
    ["a chunk longer than it says", "5\r\nhello world\r\n0\r\n\r\n", "IncompleteBody"],
    ["no chunk header", "hello world\r\n", "IncompleteBody"],
    ["an endless line", "a".repeat(5000), "IncompleteBody"],
  ])("with %s is refused", async (_what, body, code) => {
    await putRaw({}, "the object before");

    const answer = await putChunked(body);

    expect(answer.body).toContain(`<Code>${code}</Code>`);
    expect(await stored()).toBe("the object before");
    expect(await readdir(`${s3.metadata}/temporary`)).toEqual([]);
  });

  test("with a trailer of another algorithm is refused", async () => {
    const answer = await putChunked("", { "x-amz-trailer": "x-amz-checksum-sha256" });

    expect(answer.body).toContain("<Code>NotImplemented</Code>");
  });

  test("needs its decoded length", async () => {
    const answer = await putChunked("", { "x-amz-decoded-content-length": "many" });

    expect(answer.status).toBe(411);
  });
});

test("a wrong checksum from a real client is refused and leaves nothing", async () => {
  const put = new PutObjectCommand({
    Bucket: BUCKET,
    Key: "wrong",
    Body: "hello world",
    ChecksumCRC32: "AAAAAA==",
  });

  await expect(s3.client.send(put)).rejects.toMatchObject({ name: "BadDigest" });

  const get = new GetObjectCommand({ Bucket: BUCKET, Key: "wrong" });
  await expect(s3.client.send(get)).rejects.toMatchObject({ name: "NoSuchKey" });
});

test("another checksum algorithm from a real client is refused by name", async () => {
  const put = new PutObjectCommand({
    Bucket: BUCKET,
    Key: "other",
    Body: "hello world",
    ChecksumAlgorithm: "SHA256",
  });

  await expect(s3.client.send(put)).rejects.toMatchObject({
    name: "NotImplemented",
    message: expect.stringContaining("PutObject"),
  });
});

test("a client that leaves in the middle leaves nothing behind", async () => {
  const { hostname, port } = new URL(s3.endpoint);
  const socket = connect(Number(port), hostname);
  socket.write(
    `PUT /${BUCKET}/cut HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf`,
  );
  await expect.poll(() => readdir(`${s3.metadata}/temporary`)).toHaveLength(1);

  socket.destroy();

  await expect.poll(() => readdir(`${s3.metadata}/temporary`)).toEqual([]);
  expect(await readdir(s3.videos)).not.toContain("cut");
});

test("a reader that leaves in the middle harms no one", async () => {
  const Body = randomBytes(20_000_000);
  await s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "large", Body }));
  const { hostname, port } = new URL(s3.endpoint);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /${BUCKET}/large HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await once(socket, "data");

  socket.destroy();

  const answer = await s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: "large" }));
  expect((await answer.Body?.transformToByteArray())?.length).toBe(20_000_000);
});

test("300 MB go in and out in constant memory", { tags: ["long"], timeout: 60_000 }, async () => {
  const piece = randomBytes(1_000_000);
  const before = process.memoryUsage().rss;
  let highest = before;
  const body = Readable.from(
    (function* () {
      for (let count = 0; count < 300; count += 1) {
        highest = Math.max(highest, process.memoryUsage().rss);
        yield piece;
      }
    })(),
  );

  await s3.client.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: "huge", Body: body, ContentLength: 300_000_000 }),
  );
  const answer = await s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: "huge" }));
  let received = 0;
  for await (const bytes of answer.Body?.transformToWebStream() ?? []) {
    received += bytes.length;
    highest = Math.max(highest, process.memoryUsage().rss);
  }

  expect(received).toBe(300_000_000);
  expect((highest - before) / 1_000_000).toBeLessThan(150);
});

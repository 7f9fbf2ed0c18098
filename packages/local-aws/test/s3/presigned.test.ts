import { BUCKET, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const OBJECT = { Bucket: BUCKET, Key: "a b.mp4" };
const NOW = Date.UTC(2026, 10, 22, 10, 0, 0);

let s3: S3Fixture;

beforeEach(async () => {
  s3 = await s3Fixture();
  await s3.client.send(
    new PutObjectCommand({ ...OBJECT, Body: "hello world", ContentType: "video/mp4" }),
  );
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
});

afterEach(async () => {
  vi.useRealTimers();
  await s3.close();
});

const sign = (expiresIn = 60, input = {}) =>
  getSignedUrl(s3.client, new GetObjectCommand({ ...OBJECT, ...input }), {
    expiresIn,
    signingDate: new Date(NOW),
  });

function without(url: string, parameter: string): string {
  const changed = new URL(url);
  changed.searchParams.delete(parameter);
  return changed.href;
}

function having(url: string, parameter: string, value: string): string {
  const changed = new URL(url);
  changed.searchParams.set(parameter, value);
  return changed.href;
}

describe("a presigned GET", () => {
  test("gives the bytes to anyone with the URL", async () => {
    const response = await fetch(await sign());

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("video/mp4");
    expect(await response.text()).toBe("hello world");
  });

  test("gives a range of them", async () => {
    const response = await fetch(await sign(), { headers: { range: "bytes=6-" } });

    expect([response.status, await response.text()]).toEqual([206, "world"]);
  });

  describe("read by a browser that has a part of it already", () => {
    const read = async (headers: Record<string, string>, method = "GET") => {
      const response = await fetch(await sign(), { method, headers });
      return [response.status, await response.text(), response.headers.get("content-range")];
    };
    const validators = async () => {
      const { headers } = await fetch(await sign());
      return { etag: headers.get("etag") ?? "", modified: headers.get("last-modified") ?? "" };
    };

    test("gives the range of the same state", async () => {
      const { etag, modified } = await validators();

      for (const validator of [etag, modified]) {
        const answer = await read({ range: "bytes=6-", "if-range": validator });
        expect(answer).toEqual([206, "world", "bytes 6-10/11"]);
      }
    });

    test.each(['"another"', "Sun, 22 Nov 2020 10:00:00 GMT", 'W/"weak"'])(
      "gives the whole instead of a range of another state, %s",
      async (validator) => {
        const answer = await read({ range: "bytes=6-", "if-range": validator });

        expect(answer).toEqual([200, "hello world", null]);
      },
    );

    test("gives nothing that it has read before", async () => {
      const { etag, modified } = await validators();

      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
        expect(await read({ "if-none-match": known })).toEqual([304, "", null]);
      }
      expect(await read({ "if-modified-since": modified })).toEqual([304, "", null]);
      const { status, headers } = await fetch(await sign(), { headers: { "if-none-match": etag } });
      expect([status, headers.get("etag")]).toEqual([304, etag]);
    });

    test("gives what has changed since", async () => {
      const { modified } = await validators();
      const whole = [200, "hello world", null];

      expect(await read({ "if-none-match": '"other"' })).toEqual(whole);
      // The ETag decides where both are given.
      const both = { "if-none-match": '"other"', "if-modified-since": modified };
      expect(await read(both)).toEqual(whole);
      const before = "Sun, 22 Nov 2020 10:00:00 GMT";
      expect(await read({ "if-modified-since": before })).toEqual(whole);
      expect(await read({ "if-modified-since": "yesterday" })).toEqual(whole);
    });

    test("answers HEAD likewise", async () => {
      const { etag } = await validators();
      const url = await getSignedUrl(s3.client, new HeadObjectCommand(OBJECT), {
        signingDate: new Date(NOW),
      });

      const response = await fetch(url, { method: "HEAD", headers: { "if-none-match": etag } });
      expect(response.status).toBe(304);
    });
  });

  test("answers with the disposition and type that were signed", async () => {
    const url = await sign(60, {
      ResponseContentDisposition: "attachment; filename=\"b.mp4\"; filename*=UTF-8''%C3%A4.mp4",
      ResponseContentType: "application/octet-stream",
    });

    const response = await fetch(url);

    expect(response.headers.get("content-disposition")).toBe(
      "attachment; filename=\"b.mp4\"; filename*=UTF-8''%C3%A4.mp4",
    );
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
  });

  test.each(["a\r\nx: y", "b\u0100"])("refuses the disposition %j", async (disposition) => {
    const response = await fetch(await sign(60, { ResponseContentDisposition: disposition }));

    expect(response.status).toBe(400);
    expect(await response.text()).toContain("<Code>InvalidArgument</Code>");
  });

  test("shows the checksum only when it was asked for", async () => {
    const asked = await fetch(await sign(60, { ChecksumMode: "ENABLED" }));
    const plain = await fetch(without(await sign(60), "x-amz-checksum-mode"));

    expect(asked.headers.has("x-amz-checksum-crc32")).toBe(true);
    expect(plain.headers.has("x-amz-checksum-crc32")).toBe(false);
  });
});

test("a presigned HEAD answers as the GET would, without the bytes", async () => {
  const command = new HeadObjectCommand({ ...OBJECT, ResponseContentType: "text/plain" });
  const url = await getSignedUrl(s3.client, command, { signingDate: new Date(NOW) });

  const response = await fetch(url, { method: "HEAD" });

  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/plain"]);
  expect(response.headers.get("content-length")).toBe("11");
});

describe("the time of a presigned URL", () => {
  test("lasts to its last moment", async () => {
    const url = await sign(60);
    vi.setSystemTime(NOW + 60_000);

    expect((await fetch(url)).status).toBe(200);
  });

  test("is over a moment later", async () => {
    const url = await sign(60);
    vi.setSystemTime(NOW + 60_001);

    const response = await fetch(url);

    expect(response.status).toBe(403);
    const body = await response.text();
    expect(body).toContain("<Code>AccessDenied</Code><Message>Request has expired</Message>");
    expect((await fetch(without(url, "x-id"), { method: "HEAD" })).status).toBe(403);
  });

  test.each([
    [-15 * 60_000, 200],
    [-15 * 60_000 - 1, 403],
  ])("may begin %i ms from now: %i", async (offset, status) => {
    const url = await sign(3_600);
    vi.setSystemTime(NOW + offset);

    expect((await fetch(url)).status).toBe(status);
  });
});

describe("a query that is no whole signature", () => {
  test.each([
    ["X-Amz-Algorithm"],
    ["X-Amz-Credential"],
    ["X-Amz-Date"],
    ["X-Amz-Expires"],
    ["X-Amz-SignedHeaders"],
    ["X-Amz-Signature"],
  ])("is refused without %s", async (parameter) => {
    const response = await fetch(without(await sign(), parameter));

    expect(response.status).toBe(400);
    expect(await response.text()).toContain("<Code>AuthorizationQueryParametersError</Code>");
  });

  test.each([
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA1"],
    ["X-Amz-Date", "2026-11-22T10:00:00Z"],
    ["X-Amz-Date", "20261322T100000Z"],
    ["X-Amz-Expires", "0"],
    ["X-Amz-Expires", "604801"],
    ["X-Amz-Expires", "1e3"],
  ])("is refused with %s=%s", async (parameter, value) => {
    const response = await fetch(having(await sign(), parameter, value));

    expect(response.status).toBe(400);
  });
});

test("a presigned PUT is not known here", async () => {
  const command = new PutObjectCommand({ ...OBJECT, Body: "x" });
  const url = await getSignedUrl(s3.client, command);

  expect((await fetch(url, { method: "PUT", body: "x" })).status).toBe(501);
});

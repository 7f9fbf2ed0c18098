import { createHash } from "node:crypto";
import { get, type IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { drain } from "../src/client.ts";
import { resultSha256 } from "../src/video-content.ts";
import {
  completedJob,
  resultUrl,
  sampleVideo,
  sha256,
  simulateEachTest,
  simulator,
  videoOf,
} from "./set-up.ts";

const mebibyte = 1024 * 1024;
const doneAt = Date.parse("2026-01-02T03:04:05.678Z");

simulateEachTest(doneAt);

async function fetchPart(url: string, range: string, more: Record<string, string> = {}) {
  const response = await fetch(url, { headers: { range, ...more } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, contentRange: response.headers.get("content-range"), bytes };
}

describe("the sample video", () => {
  it("is served whole, with its type, length and validators", async () => {
    const url = await resultUrl({ kind: "sample" });

    const response = await fetch(url);

    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "video/mp4",
      "content-length": String(sampleVideo.length),
      "accept-ranges": "bytes",
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      "last-modified": "Fri, 02 Jan 2026 03:04:05 GMT",
    });
    expect(sampleVideo.equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
  });

  it("is an MP4 whose index lies in front, so that it plays while it loads", () => {
    const boxes = [sampleVideo.toString("latin1", 4, 8), sampleVideo.toString("latin1", 36, 40)];

    expect(boxes).toEqual(["ftyp", "moov"]);
  });

  it("answers HEAD as GET, without the body and whatever the range", async () => {
    const url = await resultUrl({ kind: "sample" });

    const response = await fetch(url, { method: "HEAD", headers: { range: "bytes=0-9" } });

    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe(String(sampleVideo.length));
    expect(await response.text()).toBe("");
  });

  it("can be neither written nor deleted", async () => {
    const url = await resultUrl({ kind: "sample" });

    const response = await fetch(url, { method: "DELETE" });

    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("needs no key, unlike the API", async () => {
    const url = await resultUrl({ kind: "sample" });

    await fetch(url);

    expect(simulator.requests().at(-1)).toMatchObject({
      method: "GET",
      url: new URL(url).pathname,
    });
    expect(simulator.requests().at(-1)?.headers).not.toHaveProperty("x-api-key");
  });
});

describe("a range", () => {
  const size = sampleVideo.length;
  const parts: [string, number, number][] = [
    ["bytes=0-0", 0, 0],
    ["bytes=100-70099", 100, 70_099],
    [`bytes=${size - 1}-`, size - 1, size - 1],
    [`bytes=5-${size + 10}`, 5, size - 1],
    ["bytes=-7", size - 7, size - 1],
    [`bytes=-${size + 1}`, 0, size - 1],
  ];

  it.each(parts)("%s is served as 206", async (range, start, end) => {
    const url = await resultUrl({ kind: "sample" });

    const part = await fetchPart(url, range);

    expect(part.status).toBe(206);
    expect(part.contentRange).toBe(`bytes ${start}-${end}/${size}`);
    expect(part.bytes.equals(sampleVideo.subarray(start, end + 1))).toBe(true);
  });

  it.each([`bytes=${size}-`, "bytes=-0"])("%s lies outside: 416", async (range) => {
    const url = await resultUrl({ kind: "sample" });

    const part = await fetchPart(url, range);

    expect([part.status, part.contentRange]).toEqual([416, `bytes */${size}`]);
  });

  it.each(["bytes=9-5", "bytes=0-1,3-4", "bytes=-", "lines=1-2"])(
    "%s is ignored: the whole file",
    async (range) => {
      const url = await resultUrl({ kind: "sample" });

      const part = await fetchPart(url, range);

      expect([part.status, part.contentRange, part.bytes.length]).toEqual([200, null, size]);
    },
  );

  it("counts if If-Range names the file by its ETag or its date", async () => {
    const url = await resultUrl({ kind: "sample" });
    const { headers } = await fetch(url, { method: "HEAD" });
    const validators = [headers.get("etag") ?? "", headers.get("last-modified") ?? ""];

    const parts = await Promise.all(
      validators.map((validator) => fetchPart(url, "bytes=0-9", { "if-range": validator })),
    );

    expect(parts.map(({ status }) => status)).toEqual([206, 206]);
  });

  it("does not count if If-Range names another file", async () => {
    const url = await resultUrl({ kind: "sample" });

    const part = await fetchPart(url, "bytes=0-9", { "if-range": '"other"' });

    expect([part.status, part.bytes.length]).toEqual([200, size]);
  });

  it.each([
    ["*", 206],
    ['"other"', 412],
    ['W/"other", "another"', 412],
  ])("under If-Match %s answers %i", async (ifMatch, status) => {
    const url = await resultUrl({ kind: "sample" });

    const part = await fetchPart(url, "bytes=0-9", { "if-match": ifMatch });

    expect(part.status).toBe(status);
  });

  it("under If-Match with the file's ETag counts until the file is another", async () => {
    const id = completedJob({ kind: "generated", bytes: 1_000 });
    const url = await videoOf(id);
    const etag = (await fetch(url, { method: "HEAD" })).headers.get("etag") ?? "";
    const before = await fetchPart(url, "bytes=0-9", { "if-match": `"other", ${etag}` });

    simulator.updateJob(id, { end: { kind: "complete", file: { kind: "sample" } } });
    const after = await fetchPart(url, "bytes=0-9", { "if-match": etag });

    expect([before.status, after.status]).toEqual([206, 412]);
  });
});

describe("a generated video", () => {
  it("begins with an ftyp box", async () => {
    const { bytes } = await fetchPart(
      await resultUrl({ kind: "generated", bytes: 4_096 }),
      "bytes=0-23",
    );

    expect([bytes.readUInt32BE(0), bytes.toString("latin1", 4, 12)]).toEqual([24, "ftypisom"]);
  });

  it("gives the same bytes in parts as in one piece, wherever they are split", async () => {
    const file = { kind: "generated", bytes: 200_000 } as const;
    const url = await resultUrl(file);
    const ranges = ["bytes=0-9", "bytes=10-30", "bytes=31-65599", "bytes=65600-199999"];

    const parts = await Promise.all(ranges.map((range) => fetchPart(url, range)));

    const joined = Buffer.concat(parts.map(({ bytes }) => bytes));
    expect(joined.length).toBe(200_000);
    expect(sha256(joined)).toBe(await resultSha256(file));
  });

  it("may be empty", async () => {
    const response = await fetch(await resultUrl({ kind: "generated", bytes: 0 }));

    expect(response.headers.get("content-length")).toBe("0");
    expect(await drain(response)).toEqual({ bytes: 0, failed: false });
  });

  it("reaches the end of 10 GiB without making what lies before it", async () => {
    const bytes = 10 * 1024 * mebibyte;
    const url = await resultUrl({ kind: "generated", bytes });

    const part = await fetchPart(url, "bytes=-5");

    expect(part.contentRange).toBe(`bytes ${bytes - 5}-${bytes - 1}/${bytes}`);
    expect(part.bytes.length).toBe(5);
  });

  it("of 50 MiB arrives complete", async () => {
    const file = { kind: "generated", bytes: 50 * mebibyte } as const;
    const response = await fetch(await resultUrl(file));
    const hash = createHash("sha256");

    for await (const chunk of response.body ?? []) hash.update(chunk);

    expect(hash.digest("hex")).toBe(await resultSha256(file));
  });

  it("waits for a client that does not read, and holds next to nothing meanwhile", async () => {
    const url = await resultUrl({ kind: "generated", bytes: 1024 * mebibyte });
    const other = await resultUrl({ kind: "sample" });
    const before = process.memoryUsage().arrayBuffers;
    const stalled = await new Promise<IncomingMessage>((resolve) => get(url, resolve));

    for (let round = 0; round < 20; round++) await drain(await fetch(other));

    const held = process.memoryUsage().arrayBuffers - before;
    stalled.destroy();
    expect(held).toBeLessThan(50 * mebibyte);
  });
});

describe("there is no result", () => {
  it.each(["1-1.mp4", "1-99.mp4", "other.mp4"])("named %s", async (name) => {
    completedJob({ kind: "sample" });

    const response = await fetch(`${simulator.origin}/result/${name}`);

    expect(response.status).toBe(404);
  });

  it("of a job that is still processed", async () => {
    const end = { kind: "complete", file: { kind: "sample" } } as const;
    simulator.addJob({ queueMs: 0, processMs: 1, end });

    const response = await fetch(`${simulator.origin}/result/${doneAt + 1}-1.mp4`);

    expect(response.status).toBe(404);
  });

  it("of a job that failed", async () => {
    simulator.addJob({ queueMs: 0, processMs: 0, end: { kind: "fail" } });

    const response = await fetch(`${simulator.origin}/result/${doneAt}-1.mp4`);

    expect(response.status).toBe(404);
  });
});

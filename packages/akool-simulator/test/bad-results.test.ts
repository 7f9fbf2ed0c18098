import { describe, expect, it } from "vitest";
import { drain } from "../src/client.ts";
import { deliveryOf, pieces } from "../src/delivery.ts";
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

const doneAt = Date.parse("2026-01-02T03:04:05.678Z");

simulateEachTest(doneAt);

describe("a result that goes wrong", () => {
  it("can be cut off behind the bytes that were to be sent", async () => {
    const response = await fetch(
      await resultUrl({ kind: "cut", declared: 9_000_000, sent: 8_000_000 }),
    );

    const received = await drain(response);

    expect(response.headers.get("content-length")).toBe("9000000");
    expect(received).toEqual({ bytes: 8_000_000, failed: true });
  });

  it("is cut off at the same byte when it is read in parts", async () => {
    const url = await resultUrl({ kind: "cut", declared: 1_000, sent: 500 });
    const ranges = ["bytes=0-499", "bytes=400-599", "bytes=500-999"];

    const responses = await Promise.all(ranges.map((range) => fetch(url, { headers: { range } })));

    expect(responses.map(({ status }) => status)).toEqual([206, 206, 206]);
    expect(await Promise.all(responses.map(drain))).toEqual([
      { bytes: 500, failed: false },
      { bytes: 100, failed: true },
      { bytes: 0, failed: true },
    ]);
  });

  it("can be an HTML page with status 200", async () => {
    const response = await fetch(await resultUrl({ kind: "html" }));

    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html"]);
    expect(await response.text()).toMatch(/^<!doctype html>/);
  });

  it.each([403, 404, 500])("can be the status %i", async (status) => {
    const response = await fetch(await resultUrl({ kind: "status", status }));

    expect(response.status).toBe(status);
  });

  it("can be a redirect", async () => {
    const url = await resultUrl({ kind: "redirect", location: "http://169.254.169.254/" });

    const response = await fetch(url, { redirect: "manual" });

    expect([response.status, response.headers.get("location")]).toEqual([
      302,
      "http://169.254.169.254/",
    ]);
  });

  it("can come without ranges", async () => {
    const url = await resultUrl({ kind: "no-ranges" });

    const response = await fetch(url, { headers: { range: "bytes=0-9" } });

    expect(response.status).toBe(200);
    expect(response.headers.get("accept-ranges")).toBeNull();
    expect(await drain(response)).toEqual({ bytes: sampleVideo.length, failed: false });
  });

  it("can come without a length", async () => {
    const file = { kind: "chunked" } as const;

    const response = await fetch(await resultUrl(file));

    expect(response.headers.get("content-length")).toBeNull();
    expect(response.headers.get("transfer-encoding")).toBe("chunked");
    expect(sha256(await response.bytes())).toBe(await resultSha256(file));
  });

  it("can be slow, but comes whole", async () => {
    const bytesPerSecond = 20 * sampleVideo.length;
    const started = performance.now();

    const received = await drain(await fetch(await resultUrl({ kind: "slow", bytesPerSecond })));

    expect(received).toEqual({ bytes: sampleVideo.length, failed: false });
    expect(performance.now() - started).toBeGreaterThan(45);
  });

  it("does not wait for its next piece once its client has left", async () => {
    const client = new AbortController();
    const delivery = deliveryOf({ kind: "slow", bytesPerSecond: 0.001 });
    const video = pieces(delivery, 0, 10, client.signal);
    const first = await video.next();
    const second = video.next();

    client.abort();

    expect(first.value).toHaveLength(1);
    await expect(second).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });
});

describe("a result that is gone", () => {
  const gone = { kind: "gone-then", after: 2, file: { kind: "sample" } } as const;

  it("keeps its URL until that was asked for as often as scripted, then has a fresh one", async () => {
    const id = completedJob(gone);
    const url = await videoOf(id);

    const first = await fetch(url);
    const unchanged = await videoOf(id);
    const second = await fetch(url);
    const fresh = await videoOf(id);

    expect([first.status, second.status]).toEqual([404, 404]);
    expect(unchanged).toBe(url);
    expect(fresh).not.toBe(url);
    expect(sha256(await (await fetch(fresh)).bytes())).toBe(sha256(sampleVideo));
  });

  it("stays gone at its first URL", async () => {
    const id = completedJob({ ...gone, after: 0 });
    const fresh = await videoOf(id);

    const first = await fetch(`${simulator.origin}/result/${doneAt}-1.mp4`);

    expect(fresh).toBe(`${simulator.origin}/result/${doneAt + 1}-1.mp4`);
    expect(first.status).toBe(404);
  });

  it("does not give its fresh URL away before", async () => {
    completedJob(gone);

    const early = await fetch(`${simulator.origin}/result/${doneAt + 1}-1.mp4`);

    expect(early.status).toBe(404);
  });
});

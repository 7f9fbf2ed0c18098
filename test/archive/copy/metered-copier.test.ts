import { describe, expect, it } from "vitest";
import type { VideoCopier } from "#archive/copy/copy-video.ts";
import { meteredCopier } from "#archive/copy/copy-video.ts";
import { SourceInterrupted } from "#archive/errors.ts";
import { MP4_CONTENT, START, VIDEO_URL } from "#test/support/jobs.ts";

const copied = {
  place: { bucket: "videos", key: "a.mp4" },
  content: MP4_CONTENT,
  video: { bytes: 20_000_000, contentType: "video/mp4", checksum: "crc32:AAAA", etag: "e" },
  leftUpload: false,
};

/** Measures one copy that takes `ms` on a clock set by hand. */
async function measured(ms: number, copy: VideoCopier["copy"]) {
  let now = START;
  const measurements: [string, number][] = [];
  const copier = meteredCopier(
    {
      copy(...request) {
        now += ms;
        return copy(...request);
      },
    },
    { add: (metric, value = 1) => void measurements.push([metric, value]) },
    () => now,
  );
  const outcome = await copier
    .copy(VIDEO_URL, { bucket: "videos", key: "a.mp4" }, AbortSignal.timeout(1_000))
    .catch((error: unknown) => error);
  return { outcome, measurements };
}

describe("a copy", () => {
  it("is measured in seconds and megabytes a second", async () => {
    const { outcome, measurements } = await measured(2_500, async () => copied);

    expect(outcome).toBe(copied);
    expect(measurements).toEqual([
      ["CopyTime", 2.5],
      ["CopyRate", 8],
    ]);
  });

  it("that is too short for the clock has no speed", async () => {
    const { measurements } = await measured(0, async () => copied);

    expect(measurements).toEqual([["CopyTime", 0]]);
  });

  it("that failed is counted, and fails the same", async () => {
    const error = new SourceInterrupted("cut");
    const { outcome, measurements } = await measured(1_000, () => Promise.reject(error));

    expect(outcome).toBe(error);
    expect(measurements).toEqual([["CopyFailed", 1]]);
  });
});

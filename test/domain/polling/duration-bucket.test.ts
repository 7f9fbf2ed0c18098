import { describe, expect, it } from "vitest";
import { durationBucket } from "#domain/polling/duration-bucket.ts";

const swap = {
  resolution: "720p",
  video_duration: 10,
  image_url: "https://a.example/a.png",
  video_url: "https://a.example/a.mp4",
  prompt: "dance",
};

describe("the bucket of a job", () => {
  it("is its resolution, its length, and the inputs that stand in for the product", () => {
    expect(durationBucket(swap)).toBe("720p/10s/image+video+prompt");
  });

  it.each([
    [{ prompt: "" }, "720p/10s/image+video"],
    [{ prompt: undefined, image_url: undefined }, "720p/10s/video"],
    [{ prompt: undefined, image_url: undefined, video_url: "" }, "720p/10s/other"],
    [{ resolution: "1080P" }, "1080p/10s/image+video+prompt"],
    [{ resolution: undefined }, "other/10s/image+video+prompt"],
    [{ resolution: "whatever#AKOOL/says" }, "other/10s/image+video+prompt"],
    [{ resolution: "x720p" }, "other/10s/image+video+prompt"],
    [{ resolution: "720px" }, "other/10s/image+video+prompt"],
    [{ resolution: ["720p"] }, "other/10s/image+video+prompt"],
    [{ video_duration: undefined }, "720p/other/image+video+prompt"],
    [{ video_duration: 0 }, "720p/other/image+video+prompt"],
    [{ type: 8, from: 2 }, "720p/10s/type8+from2"],
    [{ type: 0 }, "720p/10s/type0"],
    [{ from: 2 }, "720p/10s/from2"],
    [{ type: 100, from: -1 }, "720p/10s/image+video+prompt"],
    [{ type: 1.5, from: "2" }, "720p/10s/image+video+prompt"],
  ])("with %o is %s", (changes, bucket) => {
    expect(durationBucket({ ...swap, ...changes })).toBe(bucket);
  });

  it("rounds the length up to a doubling of 5 seconds", () => {
    const lengths = [0.5, 5, 5.1, 10, 10.5, 20, 119, 120, 320, 4_000];

    expect(lengths.map((it) => durationBucket({ video_duration: it }).split("/")[1])).toEqual([
      "5s",
      "5s",
      "10s",
      "10s",
      "20s",
      "20s",
      "160s",
      "160s",
      "320s",
      "320s",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { bucketOrigin, linkedOrigin } from "../../src/console/media-origin.ts";

describe("where the videos of a stack are played from", () => {
  it.each([
    ["eu-west-1", "https://videos.s3.eu-west-1.amazonaws.com"],
    ["cn-north-1", "https://videos.s3.cn-north-1.amazonaws.com.cn"],
  ])("in %s is %s", (region, origin) => {
    expect(bucketOrigin({ BucketName: "videos" }, region)).toBe(origin);
  });

  it("is not known without its outputs, or a region", () => {
    expect(bucketOrigin({}, "eu-west-1")).toBeUndefined();
    expect(bucketOrigin({ BucketName: "videos" }, undefined)).toBeUndefined();
  });

  it("is where the newest video's link leads, without the link", async () => {
    const url = "https://localhost:4566/videos/a.mp4?X-Amz-Signature=s";
    const archiver = {
      listJobs: async () => ({ jobs: [{ videoModelId: "a" }] }),
      getVideo: async () => ({ url, expiresAt: "2026-11-27T00:00:00Z" }),
    };

    expect(await linkedOrigin(archiver as never)).toBe("https://localhost:4566");
  });

  it("is not known where there is no video, or no answer", async () => {
    const silent = async () => Promise.reject(new Error("no answer"));

    expect(await linkedOrigin({ listJobs: async () => ({ jobs: [] }) } as never)).toBeUndefined();
    expect(await linkedOrigin({ listJobs: silent } as never)).toBeUndefined();
  });
});

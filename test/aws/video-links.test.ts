import { BUCKET, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import { PutObjectCommand, type StorageClass } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createVideoLinks } from "#aws/video-links.ts";
import { intercept } from "#test/archive/copy/copy-fixture.ts";
import { ARCHIVE, START } from "#test/support/jobs.ts";

const KEY = "2026/11/Spring offer=689174694b4dbdd4ab3d28c9.mp4";
const VIDEO = { ...ARCHIVE, bucket: BUCKET, key: KEY };

let fixture: S3Fixture;
beforeEach(async () => {
  fixture = await s3Fixture();
});
afterEach(() => fixture.close());

const store = (StorageClass: StorageClass = "STANDARD") =>
  fixture.client.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: "bytes", StorageClass }),
  );

function link(checked: boolean) {
  const links = createVideoLinks(fixture.client, { lifetimeSeconds: 900, checked }, () => START);
  return links.linkTo(VIDEO, "", "attachment");
}

describe("a link to a video", () => {
  it("has the key's last part as the name of a file that has none", async () => {
    const { url, expiresAt } = await link(false);

    expect(new URL(url).searchParams.get("response-content-disposition")).toContain(
      'filename="Spring_offer_689174694b4dbdd4ab3d28c9.mp4"',
    );
    expect(expiresAt).toBe(START + 900_000);
  });

  it("asks S3 for nothing, where no rule moves or deletes videos", async () => {
    intercept(fixture.client, "HeadObjectCommand", () => {
      throw new Error("asked");
    });

    await expect(link(false)).resolves.toMatchObject({ url: expect.stringContaining("http") });
  });
});

describe("a link that is checked", () => {
  it.each(["STANDARD", "STANDARD_IA", "GLACIER_IR"] as const)(
    "is given to a video in %s",
    async (storageClass) => {
      await store(storageClass);

      await expect(link(true)).resolves.toMatchObject({ url: expect.stringContaining("http") });
    },
  );

  it("is refused once the video was deleted", async () => {
    await expect(link(true)).rejects.toMatchObject({
      name: "RequestRefused",
      reason: "video-deleted",
      message: `${KEY} is not in the bucket any more`,
    });
  });

  it.each(["GLACIER", "DEEP_ARCHIVE"] as const)("is refused to a video in %s", async (cold) => {
    await store(cold);

    await expect(link(true)).rejects.toMatchObject({
      reason: "video-not-restored",
      message: `${KEY} is in ${cold} and has to be restored first, with S3's RestoreObject`,
    });
  });

  it.each([
    [{ Restore: 'ongoing-request="true"' }, /is in GLACIER and is being restored$/],
    [{ ArchiveStatus: "DEEP_ARCHIVE_ACCESS" }, /is in DEEP_ARCHIVE_ACCESS and has to be restored/],
  ])("is refused while S3 says %j", async (answer, message) => {
    await store("GLACIER");
    intercept(fixture.client, "HeadObjectCommand", (output) => Object.assign(output, answer));

    await expect(link(true)).rejects.toThrow(message);
  });

  it("is given to a video that was restored", async () => {
    await store("GLACIER");
    const Restore = 'ongoing-request="false", expiry-date="Fri, 21 Dec 2029 00:00:00 GMT"';
    intercept(fixture.client, "HeadObjectCommand", (output) => Object.assign(output, { Restore }));

    await expect(link(true)).resolves.toMatchObject({ url: expect.stringContaining("http") });
  });

  it("fails where S3 does not say", async () => {
    await store();
    intercept(fixture.client, "HeadObjectCommand", () => {
      throw new Error("S3 is down");
    });

    await expect(link(true)).rejects.toThrow("S3 is down");
  });
});

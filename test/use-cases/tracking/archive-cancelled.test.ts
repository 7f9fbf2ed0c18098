import { BUCKET } from "@akool-archiver/test-support/s3-fixture.ts";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import type { VideoCopier } from "#archive/copy/copy-video.ts";
import { conclude } from "#domain/job/transition.ts";
import { MP4_CONTENT, START } from "#test/support/jobs.ts";
import { withInterference } from "#test/support/tracking.ts";
import { versionedBucket } from "#test/support/versioned-bucket.ts";
import { archiveTests, STORED } from "./archive-tests.ts";

const given = archiveTests();

describe("a job that is cancelled while its video is copied", () => {
  it("stays cancelled and leaves no object behind", async () => {
    const store = withInterference(given.test.base.store, (read) =>
      given.test.base.store.replace(read, conclude(read, "cancelled", START)),
    );

    const result = await given.test.archive({ ...given.test.dependencies, store });

    expect(result.status).toBe("cancelled");
    expect(await given.test.record()).not.toHaveProperty("archive");
    expect(await given.test.objectKeys()).toEqual([]);
  });

  it("deletes no sidecar but its own", async () => {
    const bucket = versionedBucket(() => START);
    const place = { Bucket: BUCKET, Key: `${given.test.videoModelId}.json` };
    const store = withInterference(given.test.base.store, (read) =>
      given.test.base.store.replace(read, conclude(read, "cancelled", START)),
    );
    const send = bucket.s3.send.bind(bucket.s3);
    // Before the first deletion another attempt archives the video.
    let isArchivedMeanwhile = false;
    Object.assign(bucket.s3, {
      send: async (command: DeleteObjectCommand) => {
        if (command instanceof DeleteObjectCommand && !isArchivedMeanwhile) {
          isArchivedMeanwhile = true;
          await send(new PutObjectCommand({ ...place, Body: "the other attempt's" }));
        }
        return send(command);
      },
    });
    const copier: VideoCopier = {
      copy: async (_, to) => ({
        place: to,
        content: MP4_CONTENT,
        video: { ...STORED, versionId: "mine" },
        leftUpload: false,
      }),
    };
    // The first write counts the run, and is not interfered with.
    const late = {
      ...given.test.base.store,
      replace: firstThen(given.test.base.store.replace, store.replace),
    };

    await given.test.archive({ ...given.test.dependencies, store: late, copier, s3: bucket.s3 });

    expect(bucket.keys()).toEqual([`${given.test.videoModelId}.json`]);
  });
});

function firstThen<Args extends unknown[], Result>(
  first: (...args: Args) => Result,
  then: (...args: Args) => Result,
): (...args: Args) => Result {
  let calls = 0;
  return (...args) => (calls++ === 0 ? first : then)(...args);
}

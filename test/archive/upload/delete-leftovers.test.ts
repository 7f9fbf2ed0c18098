import { readdir } from "node:fs/promises";
import { BUCKET, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deleteLeftovers, tidyArchived } from "#archive/upload/delete-leftovers.ts";
import { OURS } from "#archive/upload/objects.ts";
import { type VersionedBucket, versionedBucket } from "#test/support/versioned-bucket.ts";

let fixture: S3Fixture;
beforeEach(async () => {
  fixture = await s3Fixture();
});
afterEach(() => fixture.close());

const put = (Key: string) =>
  fixture.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "x" }));
const openUpload = (Key: string) =>
  fixture.client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
const uploads = async () => {
  const { Uploads } = await fixture.client.send(
    new ListMultipartUploadsCommand({ Bucket: BUCKET }),
  );
  return (Uploads ?? []).map(({ Key }) => Key);
};
const objects = async () => (await readdir(fixture.videos)).toSorted();
const job = {
  bucket: BUCKET,
  keyStem: "cancelled-job",
  acceptedAt: new Date(Date.now() - 10_000).toISOString(),
};

describe("deleting what a job has left", () => {
  beforeEach(async () => {
    for (const key of [
      "cancelled-job.mp4",
      "cancelled-job.json",
      "cancelled-job.mp4.upload.json",
    ]) {
      await put(key);
    }
    await openUpload("cancelled-job.mp4");
    await put("cancelled-job-2.mp4");
    await openUpload("cancelled-job-2.mp4");
  });

  it("removes its video, sidecar, upload and upload record, and nothing of another job", async () => {
    await deleteLeftovers(fixture.client, job, async () => true);

    expect(await objects()).toEqual(["cancelled-job-2.mp4"]);
    expect(await uploads()).toEqual(["cancelled-job-2.mp4"]);
  });

  it("may be repeated when there is nothing left", async () => {
    await deleteLeftovers(fixture.client, job, async () => true);

    await expect(deleteLeftovers(fixture.client, job, async () => true)).resolves.toBeUndefined();
  });

  it("deletes nothing when the job has been started again meanwhile", async () => {
    await deleteLeftovers(fixture.client, job, async () => false);

    expect(await objects()).toHaveLength(4);
    expect(await uploads()).toHaveLength(2);
  });

  it("asks whether the job is over only once it knows what it would delete", async () => {
    await deleteLeftovers(fixture.client, { ...job, keyStem: "no-such-job" }, async () => {
      await put("no-such-job.mp4");
      return true;
    });

    expect(await objects()).toContain("no-such-job.mp4");
  });

  it("fails when the store does, so that it is repeated", async () => {
    fixture.client.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === "DeleteObjectCommand") throw new Error("store down");
        return next(args);
      },
      { step: "initialize" },
    );

    await expect(deleteLeftovers(fixture.client, job, async () => true)).rejects.toThrow(
      "store down",
    );
  });
});

describe("what copies as other kinds, and of cut files, have left", () => {
  const LEFT = ["job-1.webm", "job-1.json", "doubtful/job-1.mp4", "doubtful/job-1.json"];
  const mine = { ...job, keyStem: "job-1" };
  const all = async () => (await readdir(fixture.videos, { recursive: true })).toSorted();
  beforeEach(async () => {
    for (const key of [...LEFT, "job-1.thumbnail.jpg", "job-11.mp4", "doubtful/job-11.mp4"]) {
      await put(key);
    }
    await openUpload("job-1.webm");
    await openUpload("doubtful/job-1.mp4");
  });

  it("is deleted, and nothing that others have put beside it", async () => {
    await deleteLeftovers(fixture.client, mine, async () => true);

    expect(await all()).toEqual([
      "doubtful",
      "doubtful/job-11.mp4",
      "job-1.thumbnail.jpg",
      "job-11.mp4",
    ]);
    expect(await uploads()).toEqual([]);
  });

  it("is deleted beside an archived video, which stays", async () => {
    // As another kind of file, stored by a run that was not recorded.
    for (const Key of ["job-1.mp4", "job-1.webm"]) {
      const at = { Bucket: BUCKET, Key, Body: "x", Metadata: OURS };
      await fixture.client.send(new PutObjectCommand(at));
    }
    await put("job-1.jpg");
    await tidyArchived(fixture.client, mine, "job-1.webm");

    expect(await all()).toEqual([
      "doubtful",
      "doubtful/job-11.mp4",
      "job-1.jpg",
      "job-1.json",
      "job-1.thumbnail.jpg",
      "job-1.webm",
      "job-11.mp4",
    ]);
    expect(await uploads()).toEqual([]);
  });

  it("stays if the cut file is the archived one", async () => {
    await tidyArchived(fixture.client, mine, "doubtful/job-1.mp4");

    expect(await all()).toEqual(expect.arrayContaining(LEFT));
  });

  it("is deleted beside an archived cut file where it is the record of an upload", async () => {
    const records = ["job-1.webm.upload.json", "doubtful/job-1.mp4.upload.json"];
    for (const key of records) await put(key);

    await tidyArchived(fixture.client, mine, "doubtful/job-1.mp4");

    const kept = await all();
    expect(kept).toEqual(expect.arrayContaining(LEFT));
    for (const key of records) expect(kept).not.toContain(key);
  });
});

describe("what copies under a template's key have left", () => {
  const mine = { ...job, keyStem: "2026/11/Take 1=job-1111" };
  const OTHERS = [
    "2026/11/Take 1=job-1111x.mp4",
    "2026/11/Take 1=job-1111 b=job-2222.mp4",
    "2026/11/job-1111.mp4",
    "job-1111.mp4",
    "doubtful/job-1111.mp4",
  ];
  const LEFT = ["webm", "json", "webm.upload.json"].map((ending) => `${mine.keyStem}.${ending}`);
  beforeEach(async () => {
    for (const key of [...OTHERS, ...LEFT, `doubtful/${mine.keyStem}.mp4`]) await put(key);
    await openUpload(`${mine.keyStem}.webm`);
    await openUpload(`doubtful/${mine.keyStem}.mp4`);
  });
  const keys = async () => {
    const found = await fixture.client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    return (found.Contents ?? []).map(({ Key }) => Key);
  };

  it("is deleted, and nothing of jobs whose keys look alike", async () => {
    await deleteLeftovers(fixture.client, mine, async () => true);

    expect(await keys()).toEqual(OTHERS.toSorted());
    expect(await uploads()).toEqual([]);
  });

  it("is deleted beside the archived video, which stays", async () => {
    await tidyArchived(fixture.client, mine, `${mine.keyStem}.webm`);

    const kept = LEFT.filter((key) => !key.endsWith(".upload.json"));
    expect(await keys()).toEqual([...OTHERS, ...kept].toSorted());
    expect(await uploads()).toEqual([]);
  });
});

describe("deleting when an earlier record of the job has archived its video", () => {
  it("leaves that video, which is older than the record", async () => {
    await put("cancelled-job.mp4");
    await put("cancelled-job.json");
    const later = { ...job, acceptedAt: new Date(Date.now() + 3_600_000).toISOString() };

    await deleteLeftovers(fixture.client, later, async () => true);

    expect(await objects()).toEqual(["cancelled-job.json", "cancelled-job.mp4"]);
  });
});

describe("deleting in a bucket with versions", () => {
  const HOUR = 3_600_000;
  const acceptedAt = "2026-11-24T12:00:00.000Z";
  const accepted = Date.parse(acceptedAt);
  let now: number;
  let bucket: VersionedBucket;
  beforeEach(() => {
    now = accepted;
    bucket = versionedBucket(() => now);
  });
  const write = (Key: string, Body: string) =>
    bucket.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  const deleteLeftoversFrom = (isOver = async () => true) =>
    deleteLeftovers(bucket.s3, { bucket: BUCKET, keyStem: "copied", acceptedAt }, isOver);

  it.each([1, 2, 5])("removes all that %i runs of the copy have left", async (runs) => {
    for (let run = 0; run < runs; run++) {
      await write("copied.mp4", `copy ${run}`);
      await write("copied.json", `of copy ${run}`);
    }

    await deleteLeftoversFrom();

    expect(bucket.keys()).toEqual([]);
  });

  it("uncovers the video that an earlier record of the job has archived, and stops", async () => {
    now = accepted - HOUR;
    await write("copied.mp4", "archived long ago");
    now = accepted + HOUR;
    await write("copied.mp4", "a copy of the cancelled attempt");

    await deleteLeftoversFrom();

    expect(bucket.keys()).toEqual(["copied.mp4"]);
    const head = new HeadObjectCommand({ Bucket: BUCKET, Key: "copied.mp4" });
    expect((await bucket.s3.send(head)).ContentLength).toBe("archived long ago".length);
  });

  it("stops when the job is started again meanwhile", async () => {
    await write("copied.mp4", "copy 1");
    await write("copied.mp4", "copy 2");
    let asked = 0;

    await deleteLeftoversFrom(async () => asked++ === 0);

    expect(bucket.keys()).toEqual(["copied.mp4"]);
  });

  it("does not loop for ever when a deletion has no effect", async () => {
    await write("copied.mp4", "copy");
    const send = bucket.s3.send.bind(bucket.s3);
    Object.assign(bucket.s3, {
      send: async (command: HeadObjectCommand) =>
        command instanceof DeleteObjectCommand ? {} : send(command),
    });

    await expect(deleteLeftoversFrom()).rejects.toThrow("more than 100 versions");
  });
});

describe("ending the uploads of an archived job", () => {
  it("leaves its video, and what belongs to another job", async () => {
    await put("archived-job.mp4");
    await openUpload("archived-job.mp4");
    await openUpload("archived-job.mp4");
    await openUpload("archived-job-2.mp4");

    const archived = { ...job, keyStem: "archived-job" };
    await tidyArchived(fixture.client, archived, "archived-job.mp4");

    expect(await objects()).toEqual(["archived-job.mp4"]);
    expect(await uploads()).toEqual(["archived-job-2.mp4"]);
  });
});

describe("the companions of a video", () => {
  const COMPANIONS = ["job-1.original.srt", "job-1.translated.srt", "job-1.no-caption.mp4"];
  const mine = { ...job, keyStem: "job-1" };
  const other = "job-1.summary.srt";
  beforeEach(async () => {
    for (const Key of ["job-1.mp4", ...COMPANIONS, other]) {
      const at = { Bucket: BUCKET, Key, Body: "x", Metadata: OURS };
      await fixture.client.send(new PutObjectCommand(at));
    }
    await openUpload("job-1.no-caption.mp4");
    await put("job-1.no-caption.mp4.upload.json");
  });

  it("go with a cancelled job", async () => {
    await deleteLeftovers(fixture.client, mine, async () => true);

    expect(await objects()).toEqual([other]);
    expect(await uploads()).toEqual([]);
  });

  it("stay if they are archived, although the video is lost", async () => {
    await deleteLeftovers(fixture.client, mine, async () => true, COMPANIONS.slice(0, 1));

    expect(await objects()).toEqual(["job-1.original.srt", other].toSorted());
  });

  it("stay beside an archived video if they are on record, and go otherwise", async () => {
    await tidyArchived(fixture.client, mine, "job-1.mp4", COMPANIONS.slice(1));

    // The record of an upload that is gone is of no use.
    expect(await objects()).toEqual(["job-1.mp4", ...COMPANIONS.slice(1), other].toSorted());
    expect(await uploads()).toEqual([]);
  });
});

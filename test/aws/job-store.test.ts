import { describeAtStores, TABLE, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { INDEX_SHARDS, indexKeys } from "#aws/job-item.ts";
import { createJobStore } from "#aws/job-store.ts";
import { VersionConflict } from "#aws/versioned-write.ts";
import { type Job, sweptAgain } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import { acceptedJob, completedJob, jobWith, START } from "#test/support/jobs.ts";

let counter = 0;
/** Every test has a job of its own. */
function named(job: Job): Job {
  return { ...job, videoModelId: `job-store-${counter++}` };
}

function withoutSweep({ sweepAt: _sweepAt, ...job }: Job): Job {
  return job;
}

describeAtStores("the job store", (open) => {
  let table: TestStore;
  const storeOf = (retentionDays = 0) =>
    createJobStore({ client: table.client, tableName: TABLE, retentionDays });

  beforeAll(async () => {
    table = await open();
  });
  afterAll(() => table.close());

  it("knows nothing of a job that was never written", async () => {
    expect(await storeOf().get("never-written")).toBeUndefined();
  });

  it("gives back what was written", async () => {
    const job = named({
      ...completedJob(),
      tags: { team: "film" },
      lastObservation: { kind: "completed", at: acceptedJob().acceptedAt },
    });

    await storeOf().create(job);

    expect(await storeOf().get(job.videoModelId)).toEqual(job);
  });

  it("creates a job once", async () => {
    const job = named(acceptedJob());
    await storeOf().create(job);

    await expect(storeOf().create({ ...job, tags: { late: "yes" } })).rejects.toThrow(
      VersionConflict,
    );
    expect((await storeOf().get(job.videoModelId))?.tags).toEqual({});
  });

  describe("acknowledging what was published", () => {
    const ended = () => named(conclude(completedJob(), "archived", START));

    it("removes a job from the sweeper's index if it had only to be published, without changing the version", async () => {
      const job = await storeOf().create(ended());
      expect(job).toMatchObject({ sweptOnlyToPublish: true, sweepAt: expect.any(String) });

      const acknowledged = await storeOf().acknowledge(job, 3);

      expect(acknowledged).toMatchObject({ publishedSeq: 3, version: 1 });
      expect(await storeOf().get(job.videoModelId)).toEqual(acknowledged);
      expect(acknowledged).not.toHaveProperty("sweepAt");
    });

    it("leaves it there while a change is due, or something else has to be done", async () => {
      const job = await storeOf().create(ended());
      const leftovers = await storeOf().create(sweptAgain(ended(), START));

      expect(await storeOf().acknowledge(job, 2)).toHaveProperty("sweepAt");
      expect(await storeOf().acknowledge(leftovers, 3)).toHaveProperty("sweepAt");

      for (const { videoModelId } of [job, leftovers]) {
        expect(await storeOf().get(videoModelId)).toHaveProperty("sweepAt");
      }
    });

    it("never goes back: the slower of two publishers changes nothing", async () => {
      const job = await storeOf().create(ended());
      await storeOf().acknowledge(job, 3);

      await storeOf().acknowledge(job, 1);

      expect((await storeOf().get(job.videoModelId))?.publishedSeq).toBe(3);
    });

    it("is not undone by a writer that has read before it", async () => {
      const job = await storeOf().create(named(jobWith("processing")));
      await storeOf().acknowledge(job, 2);

      await storeOf().replace(job, { ...job, pollCount: 9 });

      expect(await storeOf().get(job.videoModelId)).toMatchObject({
        publishedSeq: 2,
        pollCount: 9,
      });
    });

    it("does not settle a record that has changed since", async () => {
      const job = await storeOf().create(ended());
      await storeOf().replace(job, job);

      await storeOf().acknowledge(job, 3);

      expect(await storeOf().get(job.videoModelId)).toMatchObject({
        publishedSeq: 3,
        sweepAt: job.sweepAt,
      });
    });

    it("makes no record of a job that is gone", async () => {
      const job = ended();

      await storeOf().acknowledge(job, 3);

      expect(await storeOf().get(job.videoModelId)).toBeUndefined();
    });
  });

  it.each([
    ["that is followed", () => named(jobWith("processing"))],
    ["of before there was a sweeper", () => withoutSweep(named(jobWith("processing")))],
  ])("has the sweeper publish at its next run the changes of a job %s", async (_, make) => {
    const job = await storeOf().create(make());

    await storeOf().publishLater(job, START + 60_000);
    await storeOf().publishLater(job, START + 120_000);

    expect(await storeOf().get(job.videoModelId)).toEqual({
      ...job,
      sweepAt: "2026-01-05T12:01:00.000Z",
    });
    const { Item } = await table.client.send(
      new GetItemCommand({ TableName: TABLE, Key: { videoModelId: { S: job.videoModelId } } }),
    );
    expect(Item?.sweepShard?.S).toMatch(/^sweep#[0-7]$/);
  });

  it("lets exactly one of many concurrent writers win", async () => {
    const job = await storeOf().create(named(acceptedJob()));

    const writes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => storeOf().replace(job, { ...job, pollCount: i })),
    );

    const won = writes.filter((write) => write.status === "fulfilled");
    const lost = writes.filter((write) => write.status === "rejected");
    expect(won).toHaveLength(1);
    expect(lost.every(({ reason }) => reason instanceof VersionConflict)).toBe(true);
    expect(await storeOf().get(job.videoModelId)).toEqual(won[0]?.value);
    expect(won[0]?.value.version).toBe(2);
  });

  it("removes attributes that the next record lacks, and leaves foreign ones alone", async () => {
    const fault = { execution: "e", code: "c", reason: "r", at: acceptedJob().acceptedAt };
    const job = await storeOf().create(named({ ...acceptedJob(), fault }));
    const { Item } = await table.client.send(
      new GetItemCommand({ TableName: TABLE, Key: { videoModelId: { S: job.videoModelId } } }),
    );
    await table.client.send(
      new PutItemCommand({ TableName: TABLE, Item: { ...Item, wakeCount: { N: "7" } } }),
    );

    const { fault: _gone, ...mended } = job;
    await storeOf().replace(job, mended);

    const after = await table.client.send(
      new GetItemCommand({ TableName: TABLE, Key: { videoModelId: { S: job.videoModelId } } }),
    );
    expect(after.Item).not.toHaveProperty("fault");
    expect(after.Item?.wakeCount).toEqual({ N: "7" });
  });

  it("lists by status and time through the index", async () => {
    const job = await storeOf().create(named(acceptedJob()));
    const later = await storeOf().replace(job, conclude(job, "processing", START + 9));

    const inStatus = async (status: "accepted" | "processing") => {
      const { Items } = await table.client.send(
        new QueryCommand({
          TableName: TABLE,
          IndexName: "byStatus",
          KeyConditionExpression: "statusShard = :shard",
          ExpressionAttributeValues: {
            ":shard": { S: indexKeys({ ...job, status }).statusShard },
          },
        }),
      );
      return Items?.map((item) => item.videoModelId?.S);
    };

    expect(later.status).toBe("processing");
    expect(await inStatus("processing")).toContain(job.videoModelId);
    expect(await inStatus("accepted")).not.toContain(job.videoModelId);
  });

  it.each([
    [0, "archived", undefined],
    [30, "processing", undefined],
    [30, "archived", String(Math.floor((START + 1_000) / 1000) + 30 * 86_400)],
  ] as const)(
    "with %d days of retention, a job that is %s expires at %s",
    async (days, status, expected) => {
      const job = await storeOf(days).create(named(jobWith(status)));

      const { Item } = await table.client.send(
        new GetItemCommand({ TableName: TABLE, Key: { videoModelId: { S: job.videoModelId } } }),
      );

      expect(Item?.expiresAt?.N).toBe(expected);
    },
  );

  it("makes no record for a webhook of an unknown job", async () => {
    expect(await storeOf().wake("never-written", true)).toBeUndefined();

    expect(await storeOf().get("never-written")).toBeUndefined();
    expect(await storeOf().wakes("never-written")).toEqual({ count: 0, ended: false });
  });

  // Neither of these stores ever returns a stale item, as DynamoDB may without ConsistentRead.
  it("asks for nothing less than the latest record", async () => {
    const asked: unknown[] = [];
    table.client.middlewareStack.add(
      (next) => (args) => {
        asked.push(args.input);
        return next(args);
      },
      { name: "note-requests" },
    );

    await storeOf().get("any");
    await storeOf().wakes("any");
    table.client.middlewareStack.remove("note-requests");

    expect(asked).toEqual([
      expect.objectContaining({ ConsistentRead: true }),
      expect.objectContaining({ ConsistentRead: true }),
    ]);
  });

  it("passes on what is not a conflict", async () => {
    const nowhere = createJobStore({ client: table.client, tableName: "nope", retentionDays: 0 });

    await expect(nowhere.create(acceptedJob())).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("refuses a malformed record", async () => {
    await table.client.send(
      new PutItemCommand({
        TableName: TABLE,
        Item: { videoModelId: { S: "not-a-record" }, status: { S: "flying" } },
      }),
    );

    await expect(storeOf().get("not-a-record")).rejects.toThrow(/status/);
  });
});

describe("the listing index", () => {
  it("spreads jobs of one status evenly over its shards", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 8_000; i++) {
      const shard = indexKeys({ ...acceptedJob(), videoModelId: `job-${i}` }).statusShard;
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }

    expect(counts.size).toBe(INDEX_SHARDS);
    expect(Math.min(...counts.values())).toBeGreaterThan(800);
  });
});

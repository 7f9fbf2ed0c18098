import { describeAtStores, TABLE, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createDurationStore, type DurationStore } from "#aws/duration-store.ts";
import { createJobList } from "#aws/job-list.ts";
import { VIDEO_MODEL_ID_PATTERN } from "#domain/job/tracking-request.ts";
import { evidence } from "#domain/polling/duration-histogram.ts";
import { START } from "#test/support/jobs.ts";

let counter = 0;

describeAtStores("learned durations", (open) => {
  let table: TestStore;
  let store: DurationStore;
  let bucket: string;

  beforeAll(async () => {
    table = await open();
    store = createDurationStore(table.client, TABLE, 30_000);
  });
  afterAll(() => table.close());
  beforeEach(() => {
    bucket = `720p/${counter++}s/image`;
  });

  const key = () => ({ videoModelId: { S: `durations#${bucket}` } });

  it("are none of a bucket in which no job has ended", async () => {
    expect(await store.read(bucket)).toBeUndefined();
  });

  it("are read as they were counted", async () => {
    await store.count(bucket, 110, START);
    const counted = await store.count(bucket, 300, START + 1_000);

    expect(await store.read(bucket)).toEqual(counted);
    expect(counted).toMatchObject({ weights: { 57: 1 }, updatedAt: START + 1_000 });
    expect(evidence(counted ?? { weights: {}, updatedAt: 0 })).toBeCloseTo(2, 4);
  });

  it("lose no job that others count at the same time, as long as these are few", async () => {
    await Promise.all([110, 110, 300].map((seconds) => store.count(bucket, seconds, START)));

    expect(await store.read(bucket)).toEqual({ weights: { 47: 2, 57: 1 }, updatedAt: START });
  });

  it("miss a job rather than delay a poll when other writers always win", async () => {
    let tries = 0;
    let isOther = false;
    table.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName?.startsWith("Update") && !isOther) {
          tries++;
          isOther = true;
          await store.count(bucket, 110, START);
          isOther = false;
        }
        return next(args);
      },
      { step: "initialize", name: "crowd" },
    );

    const counted = await store.count(bucket, 300, START);
    table.client.middlewareStack.remove("crowd");

    expect(counted).toBeUndefined();
    expect(tries).toBe(3);
    expect(await store.read(bucket)).toEqual({ weights: { 47: 3 }, updatedAt: START });
  });

  it("are on an item that no job can have, and that no list shows", async () => {
    await store.count(bucket, 110, START);

    const { Item } = await table.client.send(new GetItemCommand({ TableName: TABLE, Key: key() }));
    expect(Object.keys(Item ?? {}).sort()).toEqual([
      "jobs",
      "updatedAt",
      "videoModelId",
      "weights",
    ]);
    expect(Item?.videoModelId?.S).not.toMatch(VIDEO_MODEL_ID_PATTERN);
    const page = await createJobList(table.client, TABLE).page({ limit: 100 });
    expect(page.jobs).toEqual([]);
  });

  it("delay a poll for no longer than the timeout", async () => {
    const hasty = createDurationStore(table.client, TABLE, 0);

    await expect(hasty.read(bucket)).rejects.toThrow();
    await expect(hasty.count(bucket, 110, START)).rejects.toThrow();
    expect(await store.read(bucket)).toBeUndefined();
  });

  it("are refused when the item is not one of ours", async () => {
    const strange = { ...key(), weights: { S: "many" } };
    await table.client.send(new PutItemCommand({ TableName: TABLE, Item: strange }));

    await expect(store.read(bucket)).rejects.toThrow();
  });
});

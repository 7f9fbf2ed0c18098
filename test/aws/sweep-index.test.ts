import { describeAtStores, TABLE, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createJobStore, type JobStore } from "#aws/job-store.ts";
import { createSweepIndex, type DueJob, type SweepIndex } from "#aws/sweep-index.ts";
import { toIso } from "#domain/job/job.ts";
import { acceptedJob, jobWith, START } from "#test/support/jobs.ts";

const COUNT = 60;
const MINUTE = 60_000;

describeAtStores("the sweeper's index", (open) => {
  let table: TestStore;
  let store: JobStore;
  let index: SweepIndex;

  beforeAll(async () => {
    table = await open();
    store = createJobStore({ client: table.client, tableName: TABLE, retentionDays: 0 });
    index = createSweepIndex(table.client, TABLE);
    for (let i = 0; i < COUNT; i++) {
      await store.create({
        ...acceptedJob(),
        videoModelId: `due-${String(i).padStart(4, "0")}`,
        sweepAt: toIso(START + i * MINUTE),
      });
    }
    const archived = { ...jobWith("archived"), videoModelId: "archived-job" };
    await store.acknowledge(await store.create(archived), 2);
  });
  afterAll(() => table.close());

  async function due(now: number, firstShard = 0): Promise<DueJob[]> {
    const found: DueJob[] = [];
    for await (const job of index.due(now, firstShard)) found.push(job);
    return found;
  }

  it("has every job that is due, whichever shard it begins with", async () => {
    for (const firstShard of [0, 3, 1_000]) {
      const ids = (await due(START + 29 * MINUTE, firstShard)).map((job) => job.videoModelId);

      expect(ids.toSorted()).toEqual(
        Array.from({ length: 30 }, (_, i) => `due-${String(i).padStart(4, "0")}`),
      );
    }
  });

  it("is read page by page, without a scan", async () => {
    const commands: string[] = [];
    table.client.middlewareStack.add(
      (next, context) => (args) => {
        commands.push(String(context.commandName));
        if (context.commandName === "QueryCommand") Object.assign(args.input, { Limit: 2 });
        return next(args);
      },
      { step: "initialize", name: "smallPages" },
    );

    const found = await due(START + COUNT * MINUTE);
    table.client.middlewareStack.remove("smallPages");

    expect(new Set(found.map((job) => job.videoModelId)).size).toBe(COUNT);
    expect(new Set(commands)).toEqual(new Set(["QueryCommand"]));
    expect(commands.length).toBeGreaterThan(COUNT / 2);
  });

  it("postpones a job without changing its version", async () => {
    const [job] = await due(START);
    if (job === undefined) throw new Error("no job is due");
    const before = await store.get(job.videoModelId);

    await index.postpone(job, START + 100 * MINUTE);

    expect(await due(START)).toEqual([]);
    expect(await store.get(job.videoModelId)).toEqual({
      ...before,
      sweepAt: toIso(START + 100 * MINUTE),
    });
  });

  it("does not postpone a job that somebody else has postponed or ended meanwhile", async () => {
    const seen = { videoModelId: "due-0005", sweepAt: toIso(START) };
    const ended = { videoModelId: "archived-job", sweepAt: toIso(START) };

    await index.postpone(seen, START + 100 * MINUTE);
    await index.postpone(ended, START + 100 * MINUTE);

    expect((await store.get("due-0005"))?.sweepAt).toBe(toIso(START + 5 * MINUTE));
    expect(await store.get("archived-job")).not.toHaveProperty("sweepAt");
  });
});

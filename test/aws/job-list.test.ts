import { dynaliteTable, TABLE, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { indexKeys } from "#aws/job-item.ts";
import { createJobList, type JobList } from "#aws/job-list.ts";
import { createJobStore, type JobStore } from "#aws/job-store.ts";
import { toIso } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import { acceptedJob, START } from "#test/support/jobs.ts";
import { listJobs } from "#use-cases/jobs/list-jobs.ts";

const COUNT = 57;

let table: TestStore;
let store: JobStore;
let list: JobList;
/** Every job, newest first; several share an instant. */
let newestFirst: string[];

beforeAll(async () => {
  table = await dynaliteTable();
  store = createJobStore({ client: table.client, tableName: TABLE, retentionDays: 0 });
  list = createJobList(table.client, TABLE);
  const jobs = Array.from({ length: COUNT }, (_, i) => {
    const at = START + Math.floor(i / 3) * 1_000;
    const job = {
      ...acceptedJob(),
      videoModelId: `listed-${String(i).padStart(3, "0")}`,
      acceptedAt: toIso(at),
      tags: { third: String(i % 3) },
    };
    return i % 2 === 0 ? job : conclude(job, "processing", at);
  });
  for (const job of jobs) await store.create(job);
  newestFirst = jobs
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1))
    .map((job) => job.videoModelId);
});
afterAll(() => table.close());

const keyOf = (job: Parameters<typeof indexKeys>[0]) => indexKeys(job).listKey;

async function readAll(request: Omit<Parameters<typeof listJobs>[1], "after">, from = list) {
  const ids: string[] = [];
  const sizes: number[] = [];
  let after: string | undefined;
  do {
    const { jobs, next } = await listJobs(from, { ...request, after });
    ids.push(...jobs.map(({ videoModelId }) => videoModelId));
    sizes.push(jobs.length);
    after = next;
  } while (after !== undefined);
  return { ids, sizes };
}

describe("listing jobs", () => {
  it("gives all of them, newest first, whatever the size of a page", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), async (limit) => {
        const { ids, sizes } = await readAll({ limit });
        expect(ids).toEqual(newestFirst);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 12 },
    );
  });

  it("filters by status", async () => {
    const { ids } = await readAll({ limit: 10, status: "processing" });

    expect(ids).toEqual(newestFirst.filter((id) => Number(id.slice(-3)) % 2 === 1));
  });

  it("filters by time: from is included, to is not", async () => {
    const { ids } = await readAll({
      limit: 4,
      from: toIso(START + 5_000),
      to: toIso(START + 8_000),
    });

    expect(ids.toSorted()).toEqual(
      Array.from({ length: 9 }, (_, i) => `listed-${String(15 + i).padStart(3, "0")}`),
    );
  });

  it("filters by tag", async () => {
    const { ids } = await readAll({ limit: 5, tag: { name: "third", value: "2" } });

    expect(ids).toEqual(newestFirst.filter((id) => Number(id.slice(-3)) % 3 === 2));
  });

  it("loses none of many jobs that share a shard and a page", async () => {
    const own = await dynaliteTable();
    const ownStore = createJobStore({ client: own.client, tableName: TABLE, retentionDays: 0 });
    const shard = (id: string) => indexKeys({ ...acceptedJob(), videoModelId: id }).timeShard;
    const ids = Array.from({ length: 400 }, (_, i) => `sharded-${i}`)
      .filter((id) => shard(id) === "all#3")
      .slice(0, 6);
    for (const videoModelId of ids) await ownStore.create({ ...acceptedJob(), videoModelId });

    const found = await readAll({ limit: 2 }, createJobList(own.client, TABLE));
    await own.close();

    expect(ids).toHaveLength(6);
    expect(found.ids.toSorted()).toEqual(ids.toSorted());
  });

  it.each([
    { from: toIso(START + 10_000), to: toIso(START) },
    { from: "9999-12-31T23:59:59.000Z" },
    { status: "processing", from: toIso(START + 10_000), to: toIso(START) } as const,
  ])("returns nothing for an empty range: %j", async (range) => {
    expect((await readAll({ limit: 5, ...range })).ids).toEqual([]);
  });

  it("returns nothing from an empty table", async () => {
    expect(await readAll({ limit: 5, status: "expired" })).toEqual({ ids: [], sizes: [0] });
    expect((await readAll({ limit: 5, tag: { name: "third", value: "9" } })).ids).toEqual([]);
  });

  it("is stable while jobs are added in front and change behind", async () => {
    const first = await listJobs(list, { limit: 20 });
    const added = { ...acceptedJob(), videoModelId: "added-later", acceptedAt: toIso(START + 1e6) };
    await store.create(added);
    const behind = await store.get("listed-000");
    if (behind) await store.replace(behind, conclude(behind, "queueing", START));

    const rest = await listJobs(list, { limit: 100, after: first.next });

    const ids = [...first.jobs, ...rest.jobs].map(({ videoModelId }) => videoModelId);
    expect(ids).toEqual(newestFirst);
  });
});

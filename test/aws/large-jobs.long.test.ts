import { decodeResult } from "@akool-archiver/local-aws/lambda/payload.ts";
import { dynaliteTable, TABLE, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createJobList, type JobList } from "#aws/job-list.ts";
import { createJobStore } from "#aws/job-store.ts";
import { type Job, toIso } from "#domain/job/job.ts";
import { jobView } from "#http/views.ts";
import { acceptedJob, jobWith, START } from "#test/support/jobs.ts";
import { type ListRequest, listJobs } from "#use-cases/jobs/list-jobs.ts";

const COUNT = 100;
const ATTEMPTS = 18;

let table: TestStore;
let list: JobList;
let newestFirst: string[];

/** Each attempt ended with a long reason, full of what JSON must escape. */
function longJob(i: number): Job {
  const reason = `"${"\\ü\n".repeat(500)}"`;
  const statusHistory = Array.from({ length: ATTEMPTS * 4 }, (_, n) => ({
    seq: n + 1,
    status: "archive_failed" as const,
    at: toIso(START + n),
    attempt: Math.floor(n / 4) + 1,
    reason,
  }));
  return {
    ...jobWith("archive_failed", { statusHistory, tags: { half: String(i % 2) } }),
    videoModelId: `long-job-${String(i).padStart(3, "0")}`,
    acceptedAt: toIso(START + i * 1_000),
  };
}

beforeAll(async () => {
  table = await dynaliteTable();
  const store = createJobStore({ client: table.client, tableName: TABLE, retentionDays: 0 });
  list = createJobList(table.client, TABLE);
  const jobs = Array.from({ length: COUNT }, (_, i) => longJob(i));
  for (const job of jobs) await store.create(job);
  newestFirst = jobs.map(({ videoModelId }) => videoModelId).reverse();
});
afterAll(() => table.close());

/** Every page as the function returns it: Lambda refuses it over 6 MB. */
async function readAll(request: Omit<ListRequest, "after">) {
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    const { jobs, next } = await listJobs(list, { ...request, after });
    decodeResult(JSON.stringify({ body: JSON.stringify({ jobs: jobs.map(jobView) }) }));
    pages.push(jobs.map(({ videoModelId }) => videoModelId));
    after = next;
  } while (after !== undefined);
  return pages;
}

describe("a page of large jobs", () => {
  it("together would be too large an answer", () => {
    const body = JSON.stringify(Array.from({ length: COUNT }, (_, i) => jobView(longJob(i))));
    expect(() => decodeResult(JSON.stringify({ body }))).toThrow("exceeded maximum");
  });

  it.each([{}, { status: "archive_failed" } as const])(
    "ends before it is too large, and none is skipped or repeated: %j",
    async (filter) => {
      const pages = await readAll({ limit: COUNT, ...filter });

      expect(pages.flat()).toEqual(newestFirst);
      expect(pages.length).toBeGreaterThan(1);
      // As few pages as can be: what is asked for in vain is paid for.
      expect(pages.length).toBeLessThan(10);
    },
  );

  it("has the first job however large it is, so that a reader advances", async () => {
    expect((await readAll({ limit: 1 })).flat()).toEqual(newestFirst);
  });

  it("of one tag is bounded too", async () => {
    const pages = await readAll({ limit: COUNT, tag: { name: "half", value: "1" } });

    expect(pages.flat()).toEqual(newestFirst.filter((_, i) => i % 2 === 0));
  });

  it("of no tag that they have ends, with a cursor in between", async () => {
    const first = await listJobs(list, { limit: 5, tag: { name: "half", value: "9" } });

    expect(first).toMatchObject({ jobs: [], next: expect.any(String) });
    expect((await readAll({ limit: 5, tag: { name: "half", value: "9" } })).flat()).toEqual([]);
  });

  it("is a full page if they are small", async () => {
    const own = await dynaliteTable();
    const store = createJobStore({ client: own.client, tableName: TABLE, retentionDays: 0 });
    for (let i = 0; i < COUNT; i++) {
      await store.create({ ...acceptedJob(), videoModelId: `small-job-${i}` });
    }
    const { jobs, next } = await createJobList(own.client, TABLE).page({ limit: COUNT });
    await own.close();

    expect(jobs).toHaveLength(COUNT);
    expect(next).toEqual(expect.any(String));
  });
});

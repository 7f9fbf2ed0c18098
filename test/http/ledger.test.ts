import { executionArnOf } from "@akool-archiver/local-aws/step-functions/workflow-engine.ts";
import { SUBMISSION_TABLE } from "@akool-archiver/test-support/dynamodb.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSubmissionStore } from "#aws/submission-store.ts";
import { withStatus } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import { ledgerCsv } from "#http/ledger-csv.ts";
import { ARCHIVE, completedJob } from "#test/support/jobs.ts";
import { testLedger } from "#test/support/ledger.ts";
import { type Api, openApi } from "./api-harness.ts";

const DAY_MS = 86_400_000;

let api: Api;
let today: string;
beforeAll(async () => {
  api = await openApi({ CREDIT_BUDGET: "100", CREDIT_BUDGET_PER: "day" });
  today = new Date().toISOString().slice(0, 10);
  const ledger = testLedger(api.table.client, Date.now);
  const videoExpiresAt = new Date(Date.now() + 7 * DAY_MS).toISOString();
  const akool = { deduction_credit: 30, type: 8 };
  const archived = withStatus(
    completedJob({ videoExpiresAt, akool, archive: ARCHIVE, tags: { team: "=1+1" } }),
    "archived",
    Date.now(),
  );
  await ledger.enterInLedger(archived);
  const missing = conclude(
    { ...completedJob({ videoExpiresAt, akool }), videoModelId: "ledger-missing" },
    "archive_failed",
    Date.now(),
    { code: "DownloadFailed", reason: "HTTP 503", party: "source" },
  );
  await api.store.create(missing);
  await ledger.enterInLedger(missing);
});
afterAll(() => api.close());

describe("GET /ledger", () => {
  it("answers what was paid and what of it is archived, by day, for the last 31 days", async () => {
    const { status, body } = await api.call("GET /ledger");

    expect(status).toBe(200);
    expect(body).toMatchObject({ to: today, groupBy: "day", rows: [{ group: today, jobs: 2 }] });
    expect((Date.parse(body.to) - Date.parse(body.from)) / DAY_MS).toBe(30);
    expect(body.total).toEqual({
      jobs: 2,
      credits: { charged: 60, estimated: 0 },
      videos: { archived: 1, bytes: ARCHIVE.bytes, missing: 1, missingCredits: 30 },
      companions: { archived: 0, bytes: 0, missing: 0 },
      failed: { jobs: 0, credits: 0 },
    });
    expect(body.missingUntil).toEqual(expect.any(String));
    expect(body.submissions).toEqual({ settled: 0, unknown: 0 });
    expect(body).not.toHaveProperty("uncountedSince");
  });

  it.each([
    ["product", ["type:8"]],
    ["tag:team", ["=1+1", "none"]],
  ])("groups by %s", async (groupBy, groups) => {
    const { body } = await api.call("GET /ledger", { query: { groupBy, from: today, to: today } });

    expect(body.rows.map(({ group }: { group: string }) => group)).toEqual(groups);
  });

  it("answers as CSV, in which no tag becomes a formula", async () => {
    const { status, headers, body } = await api.call("GET /ledger", {
      query: { groupBy: "tag:team" },
      headers: { accept: "text/csv" },
    });

    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(body.split("\r\n")).toEqual([
      "group,jobs,credits_charged,credits_estimated,videos_archived,videos_bytes,videos_missing,videos_missing_credits,companions_archived,companions_bytes,companions_missing,failed_jobs,failed_credits",
      `"'=1+1",1,30,0,1,${ARCHIVE.bytes},0,0,0,0,0,0,0`,
      "none,1,30,0,0,0,1,30,0,0,0,0,0",
      "",
    ]);
  });

  it.each([
    [{ from: "2026-02-30" }, "query.from"],
    [{ to: "yesterday" }, "query.to"],
    [{ to: "0000-01-01" }, "query.to"],
    [{ from: "9999-12-01", to: "9999-12-31" }, "query.from", "query.to"],
    [{ from: "2026-02-02", to: "2026-02-01" }, "query.from"],
    [{ from: "2024-01-01", to: "2026-01-01" }, "query.from"],
    [{ groupBy: "week" }, "query.groupBy"],
    [{ groupBy: "tag:project" }, "query.groupBy"],
    [{ until: "2026-01-01" }, "query"],
  ])("refuses %j", async (query: Record<string, string>, ...fields) => {
    const { status, body } = await api.call("GET /ledger", { query });

    expect(status).toBe(400);
    expect(body.errors).toMatchObject(fields.map((field) => ({ field })));
  });
});

describe("the ledger's CSV", () => {
  it.each([
    ["film", "film"],
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["+1", `"'+1"`],
    ["-1", `"'-1"`],
    ["@SUM(A1)", `"'@SUM(A1)"`],
    ["\tx", `"'\tx"`],
    [" padded ", '" padded "'],
    ["", ""],
  ])("writes %j as %s", (group, cell) => {
    const zero = {
      jobs: 0,
      credits: { charged: 0, estimated: 0 },
      failed: { jobs: 0, credits: 0 },
    };
    const videos = { archived: 0, bytes: 0, missing: 0, missingCredits: 0 };
    const row = { group, ...zero, videos, companions: { archived: 0, bytes: 0, missing: 0 } };
    const { group: _group, ...total } = row;
    const view = { from: "", to: "", groupBy: "day", submissions: { settled: 0, unknown: 0 } };

    expect(
      ledgerCsv({ ...view, rows: [row], total }).slice(
        ledgerCsv({ ...view, rows: [], total }).length,
      ),
    ).toBe(`${cell},0,0,0,0,0,0,0,0,0,0,0,0\r\n`);
  });
});

describe("GET /summary", () => {
  it("tells what is in danger, under way and spent", async () => {
    const started = await api.call("POST /imports", { body: ["689174694b4dbdd4ab3d28c9"] });
    const { status, body } = await api.call("GET /summary");

    expect(status).toBe(200);
    expect(body).toMatchObject({
      counts: { accepted: 0, archived: 0, expired: 0 },
      expiring: [
        {
          ...{ videoModelId: "ledger-missing", status: "archive_failed", missing: "video" },
          reason: "HTTP 503",
        },
      ],
      submissionsUnknown: 0,
      needsPerson: [{ kind: "expiring", count: 1 }],
      imports: [{ importId: started.body.importId, state: "running" }],
      credits: { day: today, charged: 60, estimated: 0 },
      budget: { period: today, limit: 100, spent: 60, running: 0, share: 0.6 },
      balance: { credits: 100_000, at: expect.any(String) },
    });
    expect(body).not.toHaveProperty("countedAt");
  });

  it("tells the counts of the sweeper's last run", async () => {
    const { notes } = testLedger(api.table.client, Date.now);
    const at = new Date().toISOString();
    await notes.putCounts({ counts: { archived: 7 }, at, ledgerTags: [] });

    expect((await api.call("GET /summary")).body).toMatchObject({
      counts: { archived: 7, failed: 0 },
      countedAt: at,
    });
  });

  it("leaves out what was archived since it was noted", async () => {
    const read = await api.store.get("ledger-missing");
    if (read === undefined) throw new Error("there is such a job");
    await api.store.replace(read, { ...read, archive: ARCHIVE, status: "archived" });

    expect((await api.call("GET /summary")).body).toMatchObject({ expiring: [], needsPerson: [] });
  });
});

describe("GET /character-swaps", () => {
  it("lists submissions page by page, newest first", async () => {
    const store = createSubmissionStore(api.table.client, SUBMISSION_TABLE);
    for (const minutes of [1, 2, 3]) {
      const at = new Date(Date.now() - minutes * 60_000 - 60_000).toISOString();
      await store.create({
        ...{ idempotencyKey: `swap-${minutes}`, state: "submit_unknown", requestHash: "x" },
        ...{
          request: {},
          tags: {},
          estimatedCredits: 10,
          version: 1,
          createdAt: at,
          updatedAt: at,
        },
      });
    }
    const query = { state: "submit_unknown", limit: "2" };
    const first = await api.call("GET /character-swaps", { query });
    const cursor = first.body.cursor as string;
    const second = await api.call("GET /character-swaps", { query: { ...query, cursor } });

    expect(first.body.submissions).toMatchObject([
      { idempotencyKey: "swap-1", state: "submit_unknown", estimatedCredits: 10 },
      { idempotencyKey: "swap-2" },
    ]);
    expect(second.body).toMatchObject({ submissions: [{ idempotencyKey: "swap-3" }] });
    expect(second.body).not.toHaveProperty("cursor");
    expect((await api.call("GET /summary")).body).toMatchObject({
      submissionsUnknown: 3,
      needsPerson: [{ kind: "submission_unknown", count: 3 }],
    });
    expect((await api.call("GET /ledger")).body.submissions).toEqual({ settled: 0, unknown: 3 });
  });

  it("counts as settled what a person has settled, released ones as well", async () => {
    const settle = (key: string, body: object) =>
      api.call(`POST /character-swaps/${key}/settlement`, { body });
    await settle("swap-1", { release: true });
    await settle("swap-2", { videoModelId: "689174694b4dbdd4ab3d28ca" });

    expect((await api.call("GET /ledger")).body.submissions).toEqual({ settled: 2, unknown: 1 });
  });

  it.each([{ state: "lost" }, { limit: "0" }, { cursor: "bm8" }])("refuses %j", async (query) => {
    expect((await api.call("GET /character-swaps", { query })).status).toBe(400);
  });
});

describe("GET /imports", () => {
  it("lists imports page by page, newest first, with how they ended", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { body } = await api.call("POST /imports", { body: ["689174694b4dbdd4ab3d28c9"] });
      ids.push(body.importId);
      const arn = executionArnOf(api.importMachine, body.importId);
      const execution = api.executions.get(arn);
      if (execution === undefined) throw new Error("it was started");
      // Started within one millisecond, they would have no order.
      const startDate = new Date(Date.now() + (i + 1) * 1_000);
      const [status, stopDate] = [
        i === 0 ? "SUCCEEDED" : "FAILED",
        new Date(Date.now() + 10_000),
      ] as const;
      api.executions.set(arn, { ...execution, startDate, ...(i < 2 && { status, stopDate }) });
    }
    const first = await api.call("GET /imports", { query: { limit: "2" } });
    const cursor = first.body.cursor as string;
    const second = await api.call("GET /imports", { query: { limit: "2", cursor } });

    expect(first.body.imports).toMatchObject([
      { importId: ids[2], state: "running" },
      { importId: ids[1], state: "failed", endedAt: expect.any(String) },
    ]);
    expect(second.body.imports[0]).toMatchObject({ importId: ids[0], state: "succeeded" });
  });

  it("refuses a cursor that no page has named", async () => {
    const { status, body } = await api.call("GET /imports", { query: { cursor: "bm8" } });

    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field: "query.cursor" }]);
  });
});

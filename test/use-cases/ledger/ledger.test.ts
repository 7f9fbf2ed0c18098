import {
  dynaliteTable,
  SUBMISSION_TABLE,
  TABLE,
  type TestStore,
} from "@akool-archiver/test-support/dynamodb.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BudgetEventEntry } from "#aws/event-entries.ts";
import { createJobStore } from "#aws/job-store.ts";
import { createSubmissionStore } from "#aws/submission-store.ts";
import { acceptAgain, type Job, withStatus } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import type { CreditBudget } from "#domain/ledger/budget.ts";
import { addDays } from "#domain/ledger/days.ts";
import { HourCounter } from "#domain/ledger/hour-sums.ts";
import { ARCHIVE, acceptedJob, completedJob, HOUR, START } from "#test/support/jobs.ts";
import { type TestLedger, testLedger } from "#test/support/ledger.ts";
import { countChanges } from "#use-cases/ledger/count-changes.ts";
import { createBudgetGuard } from "#use-cases/ledger/guard-budget.ts";
import { keepLedger } from "#use-cases/ledger/keep-ledger.ts";
import { readLedger } from "#use-cases/ledger/read-ledger.ts";
import { rebuildLedger } from "#use-cases/ledger/rebuild-ledger.ts";

const ever = Number.POSITIVE_INFINITY;

let table: TestStore;
let ledger: TestLedger;
let now: number;

beforeAll(async () => {
  table = await dynaliteTable();
});
afterAll(() => table.close());
beforeEach(async () => {
  now = START + HOUR;
  ledger = testLedger(table.client, () => now);
  // What an earlier test has left is no business of the next.
  await countChanges(ledger, ever);
});

let counter = 0;
/** A time that no other test counts in: each has a day of its own, a month after START and later. */
function dayOfItsOwn() {
  const at = START + (40 + counter++) * 24 * HOUR;
  return { at, day: new Date(at).toISOString().slice(0, 10) };
}

function job(at: number, changes: Partial<Job> = {}): Job {
  const videoModelId = `ledger-${counter++}`;
  const videoExpiresAt = new Date(at + 7 * 24 * HOUR).toISOString();
  return { ...acceptedJob(), videoModelId, videoExpiresAt, ...changes };
}

function archived(at: number, changes: Partial<Job> = {}): Job {
  const completed = { ...job(at), ...pickVerdict(), akool: { deduction_credit: 30 }, ...changes };
  return withStatus({ ...completed, archive: ARCHIVE }, "archived", at + 1_000);
}

function pickVerdict() {
  const { status, statusHistory } = completedJob();
  return { status, statusHistory };
}

const ofDay = (day: string, groupBy: "day" | "product" | "tag:team" = "day") =>
  readLedger(ledger, { from: day, to: day, groupBy });

describe("the ledger of a day", () => {
  it("has a job as soon as it is entered, and the same once it is added up", async () => {
    const { at, day } = dayOfItsOwn();
    await ledger.enterInLedger(archived(at, { tags: { team: "film" } }));

    const before = await ofDay(day);
    expect(await countChanges(ledger, ever)).toEqual({ left: [], errors: [] });
    const after = await ofDay(day);

    expect(before.rows).toMatchObject([
      { group: day, sums: { jobs: 1, charged: 30, archived: 1 } },
    ]);
    expect(after).toEqual(before);
    expect((await ofDay(day, "tag:team")).rows).toMatchObject([{ group: "film" }]);
    expect((await ofDay(day, "product")).rows).toMatchObject([{ group: "unknown" }]);
  });

  it("has a job once, however often it is entered and by whichever version of its record", async () => {
    const { at, day } = dayOfItsOwn();
    const failed = { ...conclude(job(at), "timed_out", at), version: 3 };
    const done = { ...archived(at), videoModelId: failed.videoModelId, version: 9 };

    await Promise.all([failed, done, failed, done].map((it) => ledger.enterInLedger(it)));
    await countChanges(ledger, ever);

    expect((await ofDay(day)).total).toMatchObject({ jobs: 1, charged: 30, failed: 0 });
  });

  it("keeps a job in its first hour, although AKOOL names another creation later", async () => {
    const { at, day } = dayOfItsOwn();
    const known = job(at);
    await ledger.enterInLedger(conclude(known, "timed_out", at));
    const later = archived(at + 48 * HOUR, { videoModelId: known.videoModelId, version: 7 });
    await ledger.enterInLedger(later);

    expect((await ofDay(day)).total).toMatchObject({ jobs: 1, charged: 30 });
  });

  it("takes an end back when the job begins again", async () => {
    const { at, day } = dayOfItsOwn();
    const failed = conclude(job(at), "failed", at);
    await ledger.enterInLedger(failed);
    const request = { videoModelId: failed.videoModelId };
    const again = acceptAgain(failed, {
      ...{ request, execution: "second", now: at, defaultDeadlineHours: 24 },
    });
    await ledger.enterInLedger({ ...again, version: 2 });

    expect((await ofDay(day)).total).toMatchObject({ jobs: 1, failed: 0 });
  });

  it.each([1, 31, 366])(
    "has the ends of two hours at once in an answer of %i days",
    async (days) => {
      const { at, day } = dayOfItsOwn();
      for (const hours of [0, 1]) await ledger.enterInLedger(archived(at + hours * HOUR));

      const from = addDays(day, 1 - days);
      const answer = await readLedger(ledger, { from, to: day, groupBy: "tag:team" });

      expect(answer.uncountedSince).toBeUndefined();
    },
  );

  it("says since when it is behind, if more hours have changed than one answer counts", async () => {
    const { at, day } = dayOfItsOwn();
    for (const hours of [0, 1, 2]) await ledger.enterInLedger(archived(at + hours * HOUR));

    const behind = await ofDay(day);
    expect(behind.total).toMatchObject({ jobs: 2 });
    expect(behind.uncountedSince).toBe(new Date(now).toISOString());

    await countChanges(ledger, ever);
    expect(await ofDay(day)).toMatchObject({ total: { jobs: 3 }, uncountedSince: undefined });
  });

  it("covers the days of a range in several months, and no others", async () => {
    const january = Date.parse("2027-01-31T23:00:00.000Z");
    for (const days of [0, 1, 2]) await ledger.enterInLedger(archived(january + days * 24 * HOUR));
    await countChanges(ledger, ever);
    const read = await readLedger(ledger, { from: "2027-01-31", to: "2027-02-01", groupBy: "day" });

    expect(read.rows.map(({ group }) => group)).toEqual(["2027-01-31", "2027-02-01"]);
    const groups = { from: "2027-01-31", to: "2027-02-01", groupBy: "product" as const };
    expect((await readLedger(ledger, groups)).rows).toMatchObject([{ sums: { jobs: 2 } }]);
  });
});

describe("adding up", () => {
  it("leaves an hour marked that changes while it is added up", async () => {
    const { at, day } = dayOfItsOwn();
    await ledger.enterInLedger(archived(at));
    const counting = {
      ...ledger.counting,
      async *entriesOf(hour: string) {
        yield* ledger.counting.entriesOf(hour);
        await ledger.enterInLedger(archived(at));
      },
    };
    await countChanges({ ...ledger, counting }, ever);
    expect((await ledger.sums.changedHours(10)).map(({ hour }) => hour.slice(0, 10))).toEqual([
      day,
    ]);

    await countChanges(ledger, ever);
    expect(await ledger.sums.changedHours(10)).toEqual([]);
    expect((await ofDay(day)).total).toMatchObject({ jobs: 2 });
  });

  it("lets no slower counting replace what a later one has seen", async () => {
    const { at, day } = dayOfItsOwn();
    await ledger.enterInLedger(archived(at));
    const counting = {
      ...ledger.counting,
      async *entriesOf(hour: string) {
        yield* ledger.counting.entriesOf(hour);
        // All of this happens after the first counting has read, and before it writes.
        await ledger.enterInLedger(archived(at));
        await countChanges(ledger, ever);
      },
    };
    await countChanges({ ...ledger, counting }, ever);

    expect(await ledger.sums.changedHours(10)).toEqual([]);
    expect((await ofDay(day)).total).toMatchObject({ jobs: 2 });
  });

  it("begins no hour after its time, and says which are left", async () => {
    const { at } = dayOfItsOwn();
    await ledger.enterInLedger(archived(at));

    const { left } = await countChanges(ledger, now);
    expect(left).toMatchObject([{ since: new Date(now).toISOString() }]);
    expect((await countChanges(ledger, now + 1)).left).toEqual([]);
  });
});

describe("a run of the keeper", () => {
  function keeping(budget?: CreditBudget) {
    const published: BudgetEventEntry[] = [];
    const measured = new Map<string, number>();
    const warned: string[] = [];
    const dependencies = {
      ...ledger,
      publish: async (entry: BudgetEventEntry) => void published.push(entry),
      eventBusName: "events",
      budget,
      meter: { add: (name: string, value = 1) => void measured.set(name, value) },
      log: { info: () => {}, error: () => {}, warn: (text: string) => void warned.push(text) },
    };
    return { dependencies, published, measured, warned };
  }

  it("counts the jobs by their status: those that have ended from the ledger, others one by one", async () => {
    const store = createJobStore({ client: table.client, tableName: TABLE, retentionDays: 0 });
    const { at } = dayOfItsOwn();
    await store.create(job(at));
    await store.create({ ...job(at), ...pickVerdict() });
    await ledger.enterInLedger(archived(at));
    const { dependencies, measured } = keeping();

    await keepLedger(dependencies, ever);

    const counted = await ledger.notes.counts();
    expect(counted).toMatchObject({ at: new Date(now).toISOString(), ledgerTags: ["team"] });
    expect(counted?.counts).toMatchObject({ accepted: 1, completed: 1, archive_failed: 0 });
    expect(counted?.counts.archived).toBeGreaterThan(0);
    expect(measured.get("LedgerDelay")).toBe(0);
  });

  it("warns once of each share of the budget that is reached, also of the period before", async () => {
    const { at, day } = dayOfItsOwn();
    now = at + 24 * HOUR;
    await ledger.enterInLedger(archived(at));
    const { dependencies, published, measured } = keeping({
      ...{ credits: 40, per: "day", warnAt: [0.5, 0.75, 1] },
    });
    await keepLedger(dependencies, ever);
    await keepLedger(dependencies, ever);

    expect(published.map(({ Detail }) => Detail.eventId)).toEqual([
      `budget/${day}/0.5`,
      `budget/${day}/0.75`,
    ]);
    expect(published[0]).toMatchObject({
      DetailType: "Credit Budget Reached",
      Detail: { period: day, limit: 40, spent: 30, share: 0.5 },
    });
    expect(measured.get("CreditBudgetUsed")).toBe(0);
  });

  it("repeats a warning under the same id that was not taken or not noted", async () => {
    const { at } = dayOfItsOwn();
    now = at;
    await ledger.enterInLedger(archived(at));
    const { dependencies, published, warned } = keeping({ credits: 30, per: "day", warnAt: [1] });
    const notes = { ...ledger.notes, noteWarned: () => Promise.reject(new Error("throttled")) };
    await keepLedger({ ...dependencies, notes }, ever);
    await keepLedger(dependencies, ever);
    await keepLedger(dependencies, ever);

    expect(new Set(published.map(({ Detail }) => Detail.eventId)).size).toBe(1);
    expect(published).toHaveLength(2);
    expect(warned).toContain("could not watch the budget");
  });

  it("does the rest when one part fails, and says how far the ledger is behind", async () => {
    const { at } = dayOfItsOwn();
    await ledger.enterInLedger(archived(at));
    const { dependencies, measured, warned } = keeping();
    await keepLedger({ ...dependencies, countJobs: () => Promise.reject(new Error("x")) }, now);
    now += 60_000;
    await keepLedger(dependencies, now);

    expect(warned).toEqual(["could not count the jobs"]);
    expect(measured.get("LedgerDelay")).toBe(60);
    await countChanges(ledger, ever);
  });
});

describe("the budget of character swaps", () => {
  const budgetOf = (credits: number): CreditBudget => ({ credits, per: "day", warnAt: [] });
  const guardOf = (credits: number) =>
    createBudgetGuard({ ...ledger, budget: budgetOf(credits), meter: { add: () => {} } });

  it("counts what was charged, what still runs, and what is being asked for", async () => {
    const { at, day } = dayOfItsOwn();
    now = at + 1_000;
    await ledger.enterInLedger(archived(at));
    await ledger.enterInLedger(job(at, { submission: { estimatedCredits: 20 } }));
    const submissions = createSubmissionStore(table.client, SUBMISSION_TABLE);
    await submissions.create({
      ...{ idempotencyKey: `guard-${at}`, requestHash: "x", state: "submit_unknown" },
      ...{ request: {}, tags: {}, estimatedCredits: 10, version: 1 },
      createdAt: new Date(at).toISOString(),
      updatedAt: new Date(at).toISOString(),
    });

    await expect(guardOf(70)(10)).resolves.toBeUndefined();
    await expect(guardOf(69)(10)).rejects.toMatchObject({
      reason: "budget-reached",
      facts: { period: day, limit: 69 },
    });
  });
});

describe("rebuilding", () => {
  it("makes entries and sums equal to the records, and leaves what no record is left of", async () => {
    const { at, day } = dayOfItsOwn();
    const kept = archived(at);
    const deleted = archived(at);
    const corrupt = archived(at);
    await ledger.enterInLedger(deleted);
    await ledger.enterInLedger({ ...corrupt, akool: { deduction_credit: 1_000 } });
    await countChanges(ledger, ever);
    const hour = `${day}T12`;
    const nothing = new HourCounter([]).result();
    await ledger.counting.putHour(hour, nothing, await ledger.counting.hourTicket(hour));
    expect((await ofDay(day)).total).toMatchObject({ jobs: 0 });

    async function* jobs() {
      yield kept;
      yield corrupt;
    }
    expect(await rebuildLedger({ ...ledger, jobs: jobs() })).toBe(2);

    expect((await ofDay(day)).total).toMatchObject({ jobs: 3, charged: 90 });
    expect(await ledger.entries.get(hour, kept.videoModelId)).toMatchObject({ hour });
  });
});

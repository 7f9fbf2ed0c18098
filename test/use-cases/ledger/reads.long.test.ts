import {
  clientAt,
  dynaliteTable,
  TABLE,
  type TestStore,
} from "@akool-archiver/test-support/dynamodb.ts";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import pMap from "p-map";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createJobList } from "#aws/job-list.ts";
import { createJobStore } from "#aws/job-store.ts";
import { addDays } from "#domain/ledger/days.ts";
import type { JobFacts } from "#domain/ledger/entry.ts";
import { HourCounter } from "#domain/ledger/hour-sums.ts";
import { acceptedJob, HOUR, jobWith, START } from "#test/support/jobs.ts";
import { testLedger } from "#test/support/ledger.ts";
import { readLedger } from "#use-cases/ledger/read-ledger.ts";
import { readSummary } from "#use-cases/ledger/read-summary.ts";

/** A million jobs in two months: so many in each of their hours, in as many teams as are kept. */
const JOBS_AN_HOUR = Math.ceil(1_000_000 / (62 * 24));
const TEAMS = 50;
const FIRST_DAY = "2025-12-16";

let table: TestStore;
let client: DynamoDBClient;
let calls: string[] = [];

beforeAll(async () => {
  table = await dynaliteTable();
  const { counting } = testLedger(table.client, () => START);
  const counter = new HourCounter(["team"]);
  for (let i = 0; i < JOBS_AN_HOUR; i++) counter.add(factsOf(i));
  const sums = counter.result();
  const hours = Array.from({ length: 62 * 24 }, (_, i) => {
    return `${addDays(FIRST_DAY, Math.floor(i / 24))}T${String(i % 24).padStart(2, "0")}`;
  });
  await pMap(hours, (hour) => counting.putHour(hour, sums, 1), { concurrency: 16 });
  client = clientAt(table.endpoint);
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        calls.push(commandName);
        return next(args);
      },
    { step: "finalizeRequest" },
  );
});
afterAll(async () => {
  client.destroy();
  await table.close();
});
beforeEach(() => {
  calls = [];
});

function factsOf(i: number): JobFacts {
  return {
    ...{ status: "archived", product: `type:${i % 5}`, video: "archived", bytes: 20_000_000 },
    ...{ charged: 30, estimated: 30, tags: { team: `the team of number ${i % TEAMS}` } },
  };
}

/** Three hours that have changed since: more than one answer adds up by itself. */
async function changeSomeHours(): Promise<void> {
  const { enterInLedger } = testLedger(table.client, () => START);
  for (const hours of [0, 1, 2]) {
    const videoExpiresAt = new Date(START + (7 * 24 + hours) * HOUR).toISOString();
    await enterInLedger(jobWith("failed", { videoModelId: `changed-${hours}`, videoExpiresAt }));
  }
}

describe("at a million jobs, after some more", () => {
  beforeAll(changeSomeHours);

  it.each([
    ["day", "2026-01-01", "2026-01-31", 7],
    ["product", "2026-01-01", "2026-01-31", 8],
    ["tag:team", "2026-01-01", "2026-01-31", 10],
    ["product", "2025-12-20", "2026-01-19", 10],
    ["tag:team", "2025-12-20", "2026-01-19", 10],
  ] as const)(
    "a month's ledger by %s, %s to %s, takes %i reads",
    async (groupBy, from, to, reads) => {
      const ledger = testLedger(client, () => START);

      const { rows, total } = await readLedger(ledger, { from, to, groupBy });

      expect(total.jobs).toBeGreaterThan(25 * 24 * JOBS_AN_HOUR);
      expect(rows.length).toBeGreaterThan(1);
      expect(calls).toHaveLength(reads);
      expect(new Set(calls)).toEqual(new Set(["QueryCommand"]));
    },
  );

  it("says since when there are changes that ten reads do not bring", async () => {
    const ledger = testLedger(client, () => START);
    const twoMonths = { from: "2025-12-20", to: "2026-01-19" };

    const byTeam = await readLedger(ledger, { ...twoMonths, groupBy: "tag:team" });
    const byProduct = await readLedger(ledger, { ...twoMonths, groupBy: "product" });

    expect(byTeam.total.jobs).toBe(31 * 24 * JOBS_AN_HOUR);
    expect(byTeam.rows.reduce((sum, { sums }) => sum + sums.jobs, 0)).toBe(byTeam.total.jobs);
    expect(byTeam.uncountedSince).toBe(new Date(START).toISOString());
    // Two of the three changed hours, whose entries here are those that were entered alone.
    expect(byProduct.total.jobs).toBe((31 * 24 - 2) * JOBS_AN_HOUR + 2);
    expect(byProduct.uncountedSince).toBe(new Date(START).toISOString());
  });

  it("the summary takes ten reads at most", async () => {
    const ledger = testLedger(client, () => START + HOUR);
    const store = createJobStore({ client: table.client, tableName: TABLE, retentionDays: 0 });
    for (let i = 0; i < 30; i++) {
      const job = { ...acceptedJob(), videoModelId: `expiring-${i}` };
      await store.create(job);
      await testLedger(table.client, () => START).notes.noteExpiring(job);
    }
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const imports = { list: async () => ({ imports: [], next: undefined }) };

    const summary = await readSummary({
      ...ledger,
      list: createJobList(client, TABLE),
      imports: { ...imports, find: fail, start: fail, progress: fail },
      budget: { credits: 1_000_000, per: "month", warnAt: [] },
      readBalance: async () => undefined,
      log,
    });

    expect(summary.expiring).toHaveLength(20);
    expect(summary.budget?.spent).toBeGreaterThan(1_000);
    expect(calls.length).toBeLessThanOrEqual(10);
  });
});

function fail(): never {
  throw new Error("the summary only lists imports");
}

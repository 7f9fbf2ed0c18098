import { dynaliteTable, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Job } from "#domain/job/job.ts";
import { HOUR, jobWith, START } from "#test/support/jobs.ts";
import { type TestLedger, testLedger } from "#test/support/ledger.ts";
import { countChanges } from "#use-cases/ledger/count-changes.ts";
import { keepLedger } from "#use-cases/ledger/keep-ledger.ts";
import { rebuildLedger } from "#use-cases/ledger/rebuild-ledger.ts";

const ever = Number.POSITIVE_INFINITY;
const HEALTHY = "2026-01-05T12";
const FAILING = "2026-01-05T13";
const THROTTLED = new Error("throttled");

let table: TestStore;
let ledger: TestLedger;
let now: number;
let counter = 0;

beforeAll(async () => {
  table = await dynaliteTable();
});
afterAll(() => table.close());
beforeEach(async () => {
  now = START + 2 * HOUR;
  ledger = testLedger(table.client, () => now);
  await countChanges(ledger, ever);
  for (const createdAt of [START, START + HOUR]) await ledger.enterInLedger(jobOf(createdAt));
});

function jobOf(createdAt: number): Job {
  const videoExpiresAt = new Date(createdAt + 7 * 24 * HOUR).toISOString();
  return jobWith("failed", { videoModelId: `failing-hours-${counter++}`, videoExpiresAt });
}

/** The ledger where one hour cannot be added up. */
function withFailingHour() {
  const hourTicket = (hour: string) =>
    hour === FAILING ? Promise.reject(THROTTLED) : ledger.counting.hourTicket(hour);
  return { ...ledger, counting: { ...ledger.counting, hourTicket } };
}

const changedHours = async () =>
  (await ledger.sums.changedHours(10)).map(({ hour }) => hour).toSorted();

describe("an hour that cannot be added up", () => {
  it("keeps no other one back, and stays marked", async () => {
    const { left, errors } = await countChanges(withFailingHour(), ever);

    expect(left).toMatchObject([{ hour: FAILING }]);
    expect(errors).toEqual([THROTTLED]);
    expect(await changedHours()).toEqual([FAILING]);
    const totals = await ledger.sums.totals("2026-01", "2026-01-05", "2026-01-05");
    expect(totals.get(HEALTHY)?.jobs).toBeGreaterThan(0);
  });

  it.each(["putMonth", "unmark"] as const)("stays marked when %s fails", async (step) => {
    const counting = { ...ledger.counting, [step]: () => Promise.reject(THROTTLED) };

    const { left, errors } = await countChanges({ ...ledger, counting }, ever);

    expect(left.map(({ hour }) => hour).toSorted()).toEqual([HEALTHY, FAILING]);
    expect(errors).toContain(THROTTLED);
    expect(await changedHours()).toEqual([HEALTHY, FAILING]);
  });

  it("is measured by the keeper, whose run goes on", async () => {
    now += 1_900_000;
    const measured = new Map<string, number>();
    const warned: string[] = [];

    await keepLedger(
      {
        ...withFailingHour(),
        publish: async () => {},
        eventBusName: "events",
        budget: undefined,
        meter: { add: (name, value = 1) => void measured.set(name, value) },
        log: { info: () => {}, error: () => {}, warn: (text) => void warned.push(text) },
      },
      ever,
    );

    expect(measured.get("LedgerDelay")).toBe(1_900);
    expect(warned).toEqual(["could not add up the ledger"]);
    expect((await ledger.notes.counts())?.at).toBe(new Date(now).toISOString());
  });

  it("ends a rebuilding with its error, instead of being tried for ever", async () => {
    async function* jobs() {
      yield jobOf(START);
    }
    const rebuilding = rebuildLedger({ ...withFailingHour(), jobs: jobs() });

    await expect(rebuilding).rejects.toMatchObject({ errors: [THROTTLED] });
  });
});

it("an hour that changes all the time is behind since it was last added up", async () => {
  const last = now + 3_600_000;
  const counting = {
    ...ledger.counting,
    async *entriesOf(hour: string) {
      yield* ledger.counting.entriesOf(hour);
      now += 1_000;
      if (hour === HEALTHY) await ledger.enterInLedger(jobOf(START));
    },
  };
  now = last;
  await countChanges({ ...ledger, counting }, ever);

  const since = new Date(last).toISOString();
  expect(await ledger.sums.changedHours(10)).toMatchObject([{ hour: HEALTHY, since }]);
  // A slower counting that began earlier does not set it back.
  const [mark] = await ledger.sums.changedHours(1);
  await ledger.counting.unmark(
    { ...(mark ?? expect.fail()), token: "of an earlier change" },
    new Date(START).toISOString(),
  );
  expect(await ledger.sums.changedHours(10)).toMatchObject([{ hour: HEALTHY, since }]);
});

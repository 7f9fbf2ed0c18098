import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { expect } from "vitest";
import type { DueJob, SweepIndex } from "#aws/sweep-index.ts";
import { fakeExecutions } from "#test/support/executions.ts";
import { HOUR, START } from "#test/support/jobs.ts";
import { type TestDependencies, testDependencies } from "#test/support/tracking.ts";
import { sweepFor } from "#use-cases/sweeping/sweep.ts";

const MINUTE = 60_000;

let base: TestDependencies;
/** What the index was asked, and what it has. */
let asked: { now: number; firstShard: number }[];
let due: () => AsyncIterable<DueJob>;

it.beforeEach(({ table }) => {
  base = testDependencies(table);
  base.clock.now = START + HOUR;
  asked = [];
  due = async function* () {};
});

function run(remainingMs: number) {
  const index: SweepIndex = {
    due(now, firstShard) {
      asked.push({ now, firstShard });
      return due();
    },
    postpone: () => Promise.resolve(),
  };
  const dependencies = {
    ...base,
    executions: fakeExecutions(),
    index,
    notes: { noteExpiring: () => Promise.resolve() },
    publish: () => Promise.resolve(),
    defaultDeadlineHours: 24,
    deleteLeftovers: () => Promise.resolve(),
    tidyArchived: () => Promise.resolve(),
    random: () => 0.5,
  };
  return sweepFor(dependencies, remainingMs);
}

it("sweeps what is due now, from a shard drawn at random", async () => {
  const summary = await run(5 * MINUTE);

  expect(summary).toEqual({ checked: 0, failed: 0, complete: true });
  expect(asked).toEqual([{ now: START + HOUR, firstShard: 500 }]);
});

it("begins no job in its last half minute, which those under way may need", async () => {
  due = async function* () {
    yield { videoModelId: "due-job-1", sweepAt: "2026-01-05T12:00:00.000Z" };
    base.clock.now += MINUTE;
    yield { videoModelId: "due-job-2", sweepAt: "2026-01-05T12:00:00.000Z" };
  };

  expect(await run(90_000)).toEqual({ checked: 1, failed: 0, complete: false });
});

it("fails when the index cannot be read", async () => {
  due = () => {
    throw new Error("table down");
  };

  await expect(run(5 * MINUTE)).rejects.toThrow("table down");
});

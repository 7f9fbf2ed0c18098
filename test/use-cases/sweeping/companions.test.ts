import { TABLE } from "@akool-archiver/test-support/dynamodb.ts";
import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { describe, expect } from "vitest";
import { createSweepIndex } from "#aws/sweep-index.ts";
import type { Job } from "#domain/job/job.ts";
import { archivedCompanion, pendingCompanion } from "#test/support/companions.ts";
import { type FakeExecutions, fakeExecutions } from "#test/support/executions.ts";
import { ARCHIVE, HOUR, jobWith, START } from "#test/support/jobs.ts";
import { type TestDependencies, testDependencies } from "#test/support/tracking.ts";
import { type SweepDependencies, sweepJob } from "#use-cases/sweeping/sweep-job.ts";

const EXPIRY = START + 7 * 24 * HOUR;
const DUE_AT = "2026-01-05T12:15:00.000Z";

let base: TestDependencies;
let executions: FakeExecutions;
let dependencies: SweepDependencies;
let tidied: (readonly string[])[];
let counter = 0;

it.beforeEach(({ table }) => {
  base = testDependencies(table);
  executions = fakeExecutions();
  tidied = [];
  dependencies = {
    ...base,
    executions,
    index: createSweepIndex(table.client, TABLE),
    notes: { noteExpiring: () => Promise.resolve() },
    defaultDeadlineHours: 24,
    deleteLeftovers: async (_job, _isOver, kept) => void tidied.push(kept),
    tidyArchived: async (_job, key, companions) => void tidied.push([key, ...companions]),
  };
  base.clock.now = START + HOUR;
});

const archived = (changes: Partial<Job>): Job => ({
  ...jobWith("archived"),
  archive: ARCHIVE,
  publishedSeq: 2,
  sweepAt: DUE_AT,
  ...changes,
});
const MISSING = {
  companions: [archivedCompanion("original_srt"), pendingCompanion("translated_srt")],
};

async function put(job: Job, state: "running" | "ended" = "ended"): Promise<string> {
  const videoModelId = `with-companions-${counter++}`;
  const execution = executions.arnOf(`${videoModelId}-1`);
  executions.states.set(execution, state);
  await base.store.create({ ...job, videoModelId, execution });
  return videoModelId;
}

const sweepOne = (videoModelId: string) =>
  sweepJob(dependencies, { videoModelId, sweepAt: DUE_AT });
const measured = (name: string) => base.measured.filter(({ metric }) => metric === name).length;
const events = () => base.published.map(({ DetailType }) => DetailType);

describe("a file that is missing beside an archived video", () => {
  it("has an execution started, which owns the record", async () => {
    const id = await put(archived(MISSING));

    await sweepOne(id);

    expect(executions.started).toEqual([`${id}-c1`]);
    expect(await base.store.get(id)).toMatchObject({
      status: "archived",
      attempt: 1,
      execution: executions.arnOf(`${id}-c1`),
      companionRuns: 1,
      // In half an hour, should nothing come of it.
      sweepAt: "2026-01-05T13:30:00.000Z",
    });
    expect(measured("SweepRestarted")).toBe(1);
  });

  it("is left to an execution that lives", async () => {
    const id = await put(archived(MISSING), "running");

    await sweepOne(id);

    expect(executions.started).toEqual([]);
  });

  it("has one execution started by two sweepers at once", async () => {
    const id = await put(archived(MISSING));

    await Promise.all([sweepOne(id), sweepOne(id)]);

    expect(executions.started).toEqual([`${id}-c1`]);
  });

  it("has another one started after one that never began", async () => {
    const id = await put(archived(MISSING));
    const failing = { ...executions, start: () => Promise.reject(new Error("throttled")) };
    await expect(
      sweepJob({ ...dependencies, executions: failing }, { videoModelId: id, sweepAt: DUE_AT }),
    ).rejects.toThrow("throttled");

    await sweepOne(id);

    expect(executions.started).toEqual([`${id}-c2`]);
  });

  it("begins anew where an execution of that name has ended", async () => {
    const id = await put(archived(MISSING));
    executions.states.set(executions.arnOf(`${id}-c1`), "ended");

    await sweepOne(id);
    await sweepOne(id);

    expect(executions.started).toEqual([`${id}-c2`]);
  });

  it("is warned of once, and counted at each visit, when AKOOL is about to delete it", async () => {
    const id = await put(archived(MISSING));
    base.clock.now = EXPIRY - 48 * HOUR;

    await sweepOne(id);
    await sweepOne(id);

    expect(events()).toEqual(["Video Companions Expiring Unarchived"]);
    expect(base.published[0]?.Detail).toMatchObject({
      eventId: `${id}/companions-expiring`,
      missing: [{ role: "translated_srt" }],
    });
    expect(measured("VideoExpiringUnarchived")).toBe(2);
  });

  it("is not warned of before, nor when it was given up", async () => {
    const early = await put(archived(MISSING));
    base.clock.now = EXPIRY - 48 * HOUR - 1;
    await sweepOne(early);
    base.clock.now = EXPIRY;
    await sweepOne(await put(archived({ companions: [archivedCompanion("original_srt")] })));

    expect(events()).toEqual([]);
  });
});

describe("a job with all its companions", () => {
  const COMPANIONS = {
    companions: [archivedCompanion("original_srt")],
    companionsToldAt: "2026-01-05T12:00:05.000Z",
  };

  it("is tidied up, and leaves the index", async () => {
    const id = await put(archived(COMPANIONS));

    await sweepOne(id);

    expect(tidied).toEqual([[ARCHIVE.key, archivedCompanion("original_srt").key]]);
    expect(await base.store.get(id)).not.toHaveProperty("sweepAt");
  });

  it("waits in the index until AKOOL is to be asked for more", async () => {
    const id = await put(
      archived({ ...COMPANIONS, akool: { audio_splits: {} }, companionAsks: 1 }),
    );

    await sweepOne(id);

    expect(executions.started).toEqual([]);
    expect(await base.store.get(id)).toMatchObject({ sweepAt: "2026-01-05T18:00:03.000Z" });
  });

  it("keeps them when its video is lost", async () => {
    const id = await put({
      ...jobWith("completed"),
      ...{ status: "expired", sweepAt: DUE_AT, companions: COMPANIONS.companions },
    });

    await sweepOne(id);

    expect(tidied).toEqual([[archivedCompanion("original_srt").key]]);
  });
});

import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { describe, expect } from "vitest";
import type { Job } from "#domain/job/job.ts";
import { archivedCompanion, pendingCompanion } from "#test/support/companions.ts";
import { type FakeExecutions, fakeExecutions } from "#test/support/executions.ts";
import { ARCHIVE, HOUR, jobWith, START } from "#test/support/jobs.ts";
import { type TestDependencies, testDependencies } from "#test/support/tracking.ts";
import { retryJob } from "#use-cases/jobs/retry-job.ts";
import { checkJob } from "#use-cases/tracking/check-job.ts";

const POLICY = { poll: { minSeconds: 5, maxSeconds: 300 }, defaultDeadlineHours: 24 };

let base: TestDependencies;
let executions: FakeExecutions;
let counter = 0;

it.beforeEach(({ table }) => {
  base = testDependencies(table);
  executions = fakeExecutions();
});

async function put(companions: Job["companions"], changes: Partial<Job> = {}): Promise<string> {
  const videoModelId = `retried-${counter++}`;
  await base.store.create({
    ...jobWith("archived"),
    ...{ archive: ARCHIVE, companions, videoModelId },
    execution: executions.arnOf(`${videoModelId}-1`),
    ...changes,
  });
  return videoModelId;
}

const retry = (id: string) => retryJob({ ...base, executions, defaultDeadlineHours: 24 }, id);
const failed = { ...pendingCompanion("translated_srt"), state: "failed", reason: "gone" } as const;

describe("a person who retries an archived job", () => {
  it.each([[failed], [pendingCompanion("translated_srt")]])(
    "has what is missing beside the video tried again: %j",
    async (missing) => {
      const id = await put([archivedCompanion("original_srt"), missing]);

      const job = await retry(id);

      expect(executions.started).toEqual([`${id}-c1`]);
      expect(job).toMatchObject({
        status: "archived",
        companions: [{ state: "archived" }, { state: "pending" }],
      });
      expect(job).not.toHaveProperty("companionsToldAt");
    },
  );

  it("is refused while that is under way", async () => {
    const id = await put([failed]);
    executions.states.set(executions.arnOf(`${id}-1`), "running");

    await expect(retry(id)).rejects.toMatchObject({ reason: "job-running" });
  });

  it.each([[undefined], [[archivedCompanion("original_srt")]]])(
    "is refused where nothing is missing",
    async (companions) => {
      await expect(retry(await put(companions))).rejects.toMatchObject({ reason: "job-ended" });
    },
  );
});

describe("the first check of an execution for companions", () => {
  const check = (videoModelId: string, execution = executions.arnOf(`${videoModelId}-c1`)) =>
    checkJob(base, POLICY, { request: { videoModelId }, execution });

  it("leads straight to the archive, and does not poll AKOOL", async () => {
    const id = await put([failed]);
    await retry(id);

    expect(await check(id)).toMatchObject({ outcome: "archive", status: "archived" });
    expect(base.polls).toEqual([]);
  });

  it("ends where there is nothing left to do", async () => {
    const id = await put([archivedCompanion("original_srt")], {
      companionsToldAt: new Date(START).toISOString(),
    });

    expect(await check(id, executions.arnOf(`${id}-1`))).toMatchObject({ outcome: "end" });
  });

  it("ends if AKOOL is to be asked later, and goes on once it is time", async () => {
    const id = await put(undefined, { akool: { audio_splits: {} } });
    const owner = executions.arnOf(`${id}-1`);

    expect(await check(id, owner)).toMatchObject({ outcome: "end" });
    base.clock.now = START + HOUR;
    expect(await check(id, owner)).toMatchObject({ outcome: "archive" });
  });

  it("finds a duplicate where another execution owns the job", async () => {
    const id = await put([failed]);

    expect(await check(id, "arn:aws:states:local:0:execution:tracking:other")).toMatchObject({
      outcome: "duplicate",
    });
  });
});

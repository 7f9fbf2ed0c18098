import { TABLE } from "@akool-archiver/test-support/dynamodb.ts";
import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { describe, expect } from "vitest";
import { createJobStore, type JobStore } from "#aws/job-store.ts";
import { VersionConflict } from "#aws/versioned-write.ts";
import { withStatus } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import { judgeSweep } from "#domain/sweeping/sweep.ts";
import { type FakeExecutions, fakeExecutions } from "#test/support/executions.ts";
import { acceptedJob, HOUR, START } from "#test/support/jobs.ts";
import { cancelJob } from "#use-cases/jobs/cancel-job.ts";
import { retryJob } from "#use-cases/jobs/retry-job.ts";
import { submitJob } from "#use-cases/jobs/submit-job.ts";

let store: JobStore;
let executions: FakeExecutions;
let dependencies: Parameters<typeof submitJob>[0] & Parameters<typeof cancelJob>[0];
let published: string[];
let now: number;
let id: string;
let counter = 0;

it.beforeEach(({ table }) => {
  store = createJobStore({ client: table.client, tableName: TABLE, retentionDays: 0 });
  executions = fakeExecutions();
  published = [];
  now = START;
  dependencies = {
    store,
    executions,
    now: () => now,
    defaultDeadlineHours: 24,
    eventBusName: "events",
    log: { info: () => {}, warn: () => {}, error: () => {} },
    publish: async ({ Detail }) => void published.push(Detail.status),
    enterInLedger: async () => {},
  };
  id = `submit-job-${counter++}`;
});

const submit = () => submitJob(dependencies, { videoModelId: id });
const first = () => executions.arnOf(`${id}-1`);

/** A job with this status whose execution is in this state. */
async function known(
  status: Parameters<typeof conclude>[1] | "accepted",
  state: "running" | "ended" | "unknown",
) {
  const job = { ...acceptedJob(), videoModelId: id, execution: first() };
  if (state !== "unknown") executions.states.set(first(), state);
  return store.create(status === "accepted" ? job : conclude(job, status, START));
}

describe("submitting a job", () => {
  it("puts it on record with its execution and starts that", async () => {
    const { job, started } = await submitJob(dependencies, {
      videoModelId: id,
      tags: { a: "b" },
      deadlineHours: 2,
    });

    expect(started).toBe(true);
    expect(job).toMatchObject({ status: "accepted", execution: first(), tags: { a: "b" } });
    expect(job.deadlineAt).toBe("2026-01-05T14:00:00.000Z");
    expect(executions.started).toEqual([`${id}-1`]);
  });

  it("two hundred times at once starts exactly one execution", async () => {
    const all = await Promise.all(Array.from({ length: 200 }, submit));

    expect(executions.started).toEqual([`${id}-1`]);
    expect(all.filter(({ started }) => started)).toHaveLength(1);
    expect(new Set(all.map(({ job }) => job.execution))).toEqual(new Set([first()]));
  });

  it("again while it is followed starts nothing", async () => {
    await submit();

    expect(await submit()).toMatchObject({ started: false, job: { attempt: 1 } });
    expect(executions.started).toHaveLength(1);
  });

  it.each(["archived", "failed", "expired"] as const)(
    "that is %s starts nothing",
    async (status) => {
      await known(status, "ended");

      expect(await submit()).toMatchObject({ started: false, job: { status } });
      expect(executions.started).toEqual([]);
    },
  );

  it.each(["timed_out", "cancelled", "archive_failed", "rejected", "not_found"] as const)(
    "that is %s starts a new attempt",
    async (status) => {
      await known(status, "running");

      expect(await submit()).toMatchObject({
        started: true,
        job: { status: "accepted", attempt: 2 },
      });
      expect(executions.started).toEqual([`${id}-2`]);
    },
  );

  it("again and again, minute by minute, costs a few attempts a day and no more", {
    tags: ["long"],
    timeout: 180_000,
  }, async () => {
    let now = START;
    const begun: number[] = [];
    for (let minute = 0; minute < 2 * 24 * 60; minute += 1, now += 60_000) {
      const { job, started } = await submitJob(
        { ...dependencies, now: () => now },
        { videoModelId: id },
      );
      if (!started) continue;
      begun.push(minute);
      executions.states.set(job.execution, "ended");
      await store.replace(job, conclude(job, "not_found", now));
    }

    expect(begun.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 4 + 6 * 60]);
    expect(begun.length).toBeLessThanOrEqual(2 * 8);
  });

  it("in the moment of a cancellation does not undo it for an older request", async () => {
    const job = await known("processing", "ended");
    let now = START + 1_000;
    const slow: JobStore = {
      ...store,
      async get(videoModelId) {
        const read = await store.get(videoModelId);
        if (read?.status === "cancelled" || read === undefined) return read;
        // A caller cancels after this request was made, and before it has written anything.
        now += 1_000;
        await store.replace(job, withStatus(job, "cancelled", now));
        return read;
      },
    };

    const submitted = await submitJob(
      { ...dependencies, store: slow, now: () => now },
      { videoModelId: id },
    );

    expect(submitted).toMatchObject({ started: false, job: { status: "cancelled", attempt: 1 } });
  });

  it("whose execution has died starts a new attempt", async () => {
    await known("processing", "ended");

    expect(await submit()).toMatchObject({ started: true, job: { attempt: 2 } });
  });

  it("that has ended unpublished is published at last, once", async () => {
    await store.acknowledge(await known("archived", "ended"), 1);
    now = START + 5_000;

    const { job } = await submit();

    expect(published).toEqual(["archived"]);
    expect(job).not.toHaveProperty("sweepAt");
    await submit();
    expect(published).toHaveLength(1);
  });

  it("that has ended this moment is left to its publisher", async () => {
    await store.acknowledge(await known("archived", "ended"), 1);

    await submit();

    expect(published).toEqual([]);
  });

  it("heals a crash between the record and the start", async () => {
    await known("accepted", "unknown");

    expect(await submit()).toMatchObject({ started: false, job: { attempt: 1 } });
    expect(executions.started).toEqual([`${id}-1`]);
  });

  it("whose first name was used up by a forgotten record gets the next name", async () => {
    executions.states.set(first(), "ended");

    expect(await submit()).toMatchObject({ started: true, job: { attempt: 2 } });
    expect(executions.started).toEqual([`${id}-2`]);
  });

  it("gives up when other writers always win", async () => {
    await known("cancelled", "ended");
    const losing = { ...store, replace: () => Promise.reject(new VersionConflict("always")) };

    await expect(
      submitJob({ ...dependencies, store: losing }, { videoModelId: id }),
    ).rejects.toThrow(VersionConflict);
  });

  it("passes on a fault of the store", async () => {
    const broken = { ...store, get: () => Promise.reject(new Error("throttled")) };

    await expect(
      submitJob({ ...dependencies, store: broken }, { videoModelId: id }),
    ).rejects.toThrow("throttled");
  });
});

describe("cancelling a job", () => {
  it("ends it on the record, then stops its execution", async () => {
    const job = await known("processing", "running");

    const cancelled = await cancelJob(dependencies, job);

    expect(cancelled).toMatchObject({ status: "cancelled" });
    expect(cancelled.statusHistory.at(-1)?.reason).toContain("caller");
    expect(executions.stopped).toEqual([first()]);
  });

  it.each(["running", "ended", "unknown"] as const)(
    "publishes it when its execution is %s",
    async (state) => {
      const cancelled = await cancelJob(dependencies, await known("processing", state));

      expect(published).toEqual(["accepted", "processing", "cancelled"]);
      expect(cancelled.publishedSeq).toBe(3);
    },
  );

  it("a second time changes nothing, but stops what may still run", async () => {
    const job = await known("processing", "running");
    const once = await cancelJob(dependencies, job);

    expect(await cancelJob(dependencies, once)).toMatchObject({ status: "cancelled", attempt: 1 });
    expect(executions.stopped).toHaveLength(2);
  });

  it("that has ended otherwise is refused", async () => {
    const job = await known("archived", "ended");

    await expect(cancelJob(dependencies, job)).rejects.toMatchObject({ reason: "job-ended" });
    expect(executions.stopped).toEqual([]);
  });

  it("stops what would be tried again: a video that could not be archived", async () => {
    const job = await known("accepted", "ended");
    const failure = { code: "SourceGone", reason: "HTTP 403", party: "source" } as const;
    const failed = await store.replace(job, conclude(job, "archive_failed", START, failure));

    const cancelled = await cancelJob(dependencies, failed);

    expect(cancelled).toMatchObject({ status: "cancelled" });
    expect(cancelled).not.toHaveProperty("failure");
    expect(published).toEqual(["accepted", "archive_failed", "cancelled"]);
    expect(judgeSweep(cancelled, "ended", START + HOUR)).toEqual({ kind: "settle" });
  });

  it("loses against an end that came first", async () => {
    const job = await known("processing", "running");
    await store.replace(job, conclude(job, "failed", START));

    await expect(cancelJob(dependencies, job)).rejects.toMatchObject({
      reason: "job-ended",
      facts: { jobStatus: "failed" },
    });
  });
});

describe("retrying a job", () => {
  it("is refused while it is followed", async () => {
    const job = await known("processing", "running");

    await expect(retryJob(dependencies, job.videoModelId)).rejects.toMatchObject({
      reason: "job-running",
    });
  });

  it.each(["failed", "expired", "cancelled", "not_found", "rejected"] as const)(
    "that is %s starts a new attempt",
    async (status) => {
      const job = await known(status, "ended");

      expect(await retryJob(dependencies, job.videoModelId)).toMatchObject({ attempt: 2 });
    },
  );

  it("that is archived is refused", async () => {
    const job = await known("archived", "ended");

    await expect(retryJob(dependencies, job.videoModelId)).rejects.toMatchObject({
      reason: "job-ended",
    });
  });

  it("lets a failed execution go on where it stopped", async () => {
    const job = await known("processing", "ended");

    expect(await retryJob(dependencies, job.videoModelId)).toEqual(job);
    expect(executions.redriven).toEqual([first()]);
    expect(executions.started).toEqual([]);
    // So that AwaitCallback, were it there, would find that it has to look first.
    expect(await store.wakes(job.videoModelId)).toEqual({ count: 1, ended: false });
  });

  it("starts anew when the execution cannot be redriven any more", async () => {
    await known("processing", "ended");
    const tooOld = { ...executions, redrive: async () => false };

    const again = await retryJob({ ...dependencies, executions: tooOld }, id);

    expect(again).toMatchObject({ attempt: 2, status: "accepted" });
    expect(executions.started).toEqual([`${id}-2`]);
  });

  it("starts a new attempt after an end", async () => {
    const job = await known("timed_out", "ended");

    expect(await retryJob(dependencies, job.videoModelId)).toMatchObject({ attempt: 2 });
  });

  it("starts the execution that a crash has kept from starting", async () => {
    const job = await known("accepted", "unknown");

    expect(await retryJob(dependencies, job.videoModelId)).toMatchObject({ attempt: 1 });
    expect(executions.started).toEqual([`${id}-1`]);
  });

  it("twenty times at once does it once", async () => {
    const job = await known("cancelled", "ended");

    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => retryJob(dependencies, job.videoModelId)),
    );

    const refused = tries.flatMap((attempt) =>
      attempt.status === "rejected" ? [attempt.reason.reason] : [],
    );
    expect(refused).toEqual(Array(refused.length).fill("job-running"));
    expect(executions.started).toEqual([`${id}-2`]);
  });

  it("of a job that was never followed is refused", async () => {
    await expect(retryJob(dependencies, "never-followed")).rejects.toMatchObject({
      reason: "job-not-found",
    });
  });

  it("finds another name when the next one is used up", async () => {
    const job = await known("cancelled", "ended");
    executions.states.set(executions.arnOf(`${id}-2`), "ended");
    executions.redrive = async () => false;

    expect(await retryJob(dependencies, job.videoModelId)).toMatchObject({ attempt: 3 });
  });
});

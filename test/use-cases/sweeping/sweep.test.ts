import { LEDGER_TABLE, TABLE } from "@akool-archiver/test-support/dynamodb.ts";
import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { describe, expect } from "vitest";
import type { EventEntry } from "#aws/event-entries.ts";
import { meteredJobStore } from "#aws/job-store.ts";
import { createLedgerNotes } from "#aws/ledger-notes.ts";
import { createSweepIndex } from "#aws/sweep-index.ts";
import { type Job, sweptAgain, toIso, withStatus } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import { type FakeExecutions, fakeExecutions } from "#test/support/executions.ts";
import { ARCHIVE, acceptedJob, DOUBTFUL, HOUR, jobWith, START } from "#test/support/jobs.ts";
import {
  type TestDependencies,
  testDependencies,
  withInterference,
} from "#test/support/tracking.ts";
import { submitJob } from "#use-cases/jobs/submit-job.ts";
import { sweep } from "#use-cases/sweeping/sweep.ts";
import type { SweepDependencies } from "#use-cases/sweeping/sweep-job.ts";
import { publishDueChanges } from "#use-cases/tracking/publish-due-changes.ts";

const DAY = 24 * HOUR;
const EXPIRY = START + 7 * DAY;

let base: TestDependencies;
let client: DynamoDBClient;
let executions: FakeExecutions;
let published: EventEntry[];
let dependencies: SweepDependencies;
/** Jobs of which the leftovers were removed. */
let deleted: string[];
/** Jobs of which the open uploads were ended. */
let uploadsEnded: string[];

it.beforeEach(async ({ table }) => {
  client = table.client;
  base = testDependencies(table);
  executions = fakeExecutions();
  published = [];
  dependencies = {
    ...base,
    store: meteredJobStore(base.store, base.meter),
    executions,
    index: createSweepIndex(client, TABLE),
    notes: createLedgerNotes(client, LEDGER_TABLE),
    publish: async (entry) => void published.push(entry),
    defaultDeadlineHours: 24,
    deleteLeftovers: async ({ videoModelId }, isOver) =>
      void ((await isOver()) && deleted.push(videoModelId)),
    tidyArchived: async ({ videoModelId }, key) => void uploadsEnded.push(`${videoModelId} ${key}`),
  };
  deleted = [];
  uploadsEnded = [];
  // What an earlier test has left in the index is no business of the next.
  base.clock.now = EXPIRY + 365 * DAY;
  for await (const due of dependencies.index.due(base.clock.now, 0)) await forget(due.videoModelId);
  base.clock.now = START + HOUR;
});

let counter = 0;
const newId = () => `swept-job-${counter++}`;

function forget(videoModelId: string) {
  return client.send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: { videoModelId: { S: videoModelId } },
      UpdateExpression: "REMOVE sweepAt, sweepShard",
    }),
  );
}

/** A job on record, of an execution with a name as the API gives it. */
async function put(job: Job, state?: "running" | "ended"): Promise<string> {
  const videoModelId = newId();
  const execution = executions.arnOf(`${videoModelId}-${job.attempt}`);
  if (state !== undefined) executions.states.set(execution, state);
  await base.store.create({ ...job, videoModelId, execution });
  return videoModelId;
}

async function record(id: string): Promise<Job> {
  const job = await base.store.get(id);
  if (job === undefined) throw new Error("not on record");
  return job;
}

const run = (stopAt = Number.POSITIVE_INFINITY) => sweep(dependencies, { stopAt, firstShard: 3 });
const measured = (metric: string) =>
  base.measured.filter((entry) => entry.metric === metric).map(({ value }) => value);
const told = () => published.map(({ Detail }) => `${Detail.videoModelId} ${Detail.status}`);

describe("the sweeper", () => {
  it("starts the execution that a record names and that was never started", async () => {
    const id = await put(acceptedJob());

    await run();

    expect(executions.started).toEqual([`${id}-1`]);
    expect(await base.store.get(id)).toMatchObject({ attempt: 1 });
    expect(measured("SweepRestarted")).toEqual([1]);
  });

  it.each(["accepted", "queueing", "processing", "completed", "archive_failed"] as const)(
    "begins a new attempt at a job that is %s and whose execution is dead",
    async (status) => {
      const id = await put(jobWith(status), "ended");

      await run();

      expect(executions.started).toEqual([`${id}-2`]);
      expect(await base.store.get(id)).toMatchObject({ status: "accepted", attempt: 2 });
    },
  );

  it("leaves a job alone that is being followed, and comes back to it", async () => {
    const id = await put(jobWith("processing"), "running");

    expect(await run()).toMatchObject({ checked: 1, failed: 0, complete: true });
    expect(await run()).toMatchObject({ checked: 0 });

    expect(executions.started).toEqual([]);
    expect(await base.store.get(id)).toMatchObject({
      version: 1,
      // An hour after it has begun, so in another hour.
      sweepAt: toIso(START + 2 * HOUR),
    });
  });

  it("finds nothing before a job is due, and nothing of one that has ended well", async () => {
    base.clock.now = START + HOUR / 4 - 1;
    await put(acceptedJob(), "ended");
    await publishDueChanges(dependencies, await record(await put(jobWith("archived"), "ended")));

    expect(await run()).toMatchObject({ checked: 0 });
  });

  it("finds a job no more once it has ended after it was put on record", async () => {
    const id = await put(jobWith("completed"), "running");
    const job = await base.store.get(id);
    if (job === undefined) throw new Error("not on record");
    const ended = await base.store.replace(job, conclude(job, "archived", START));
    await publishDueChanges(dependencies, ended);

    expect(await run()).toMatchObject({ checked: 0 });
  });

  it("tries an unarchived video again and again, each time later, until AKOOL has deleted it", {
    tags: ["long"],
  }, async () => {
    let now = START + 1_000;
    const id = await put(jobWith("archive_failed"), "ended");
    const pauses: number[] = [];
    for (;;) {
      const job = await base.store.get(id);
      if (job?.sweepAt === undefined) break;
      pauses.push(Date.parse(job.sweepAt) - now);
      now = Date.parse(job.sweepAt);
      base.clock.now = now;
      await run();
      const begun = await base.store.get(id);
      if (begun?.status !== "accepted") continue;
      // The attempt fails in the same way.
      executions.states.set(begun.execution, "ended");
      await base.store.replace(begun, conclude(begun, "archive_failed", now, FAILURE));
    }

    expect(await base.store.get(id)).toMatchObject({
      status: "expired",
      failure: { code: "VIDEO_EXPIRED", party: "source" },
    });
    expect(pauses.slice(0, 4)).toEqual([3, 6, 12, 24].map((minutes) => minutes * 60_000));
    expect(Math.max(...pauses)).toBe(2 * HOUR);
    expect(now).toBe(EXPIRY + 6 * HOUR);
    expect(told().at(-1)).toBe(`${id} expired`);
    expect(measured("VideoExpired")).toEqual([1]);
  });

  it("warns from 48 hours before: the bus once, the alarm each time", async () => {
    const id = await put(
      { ...jobWith("archive_failed"), failure: FAILURE, publishedSeq: 2 },
      "running",
    );
    base.clock.now = EXPIRY - 2 * DAY;
    await run();
    base.clock.now += 3 * HOUR;
    await run();

    expect(published).toEqual([
      expect.objectContaining({
        DetailType: "Video Expiring Unarchived",
        Detail: {
          schemaVersion: "1",
          eventId: `${id}/expiring`,
          videoModelId: id,
          status: "archive_failed",
          videoExpiresAt: toIso(EXPIRY),
          attempt: 1,
          reason: "HTTP 403",
          tags: {},
        },
      }),
    ]);
    expect(measured("VideoExpiringUnarchived")).toEqual([1, 1]);
  });

  it.each(["cancelled", "timed_out"] as const)(
    "does not begin a job again that is %s while it is checked",
    async (status) => {
      const id = await put(jobWith("processing"), "ended");
      const { stateOf } = executions;
      executions.stateOf = async (arn) => {
        executions.stateOf = stateOf;
        const job = await base.store.get(id);
        if (job === undefined) throw new Error("not on record");
        await base.store.replace(job, conclude(job, status, START));
        return stateOf(arn);
      };

      await run();

      expect(await base.store.get(id)).toMatchObject({ status, attempt: 1 });
      expect(executions.started).toEqual([]);
      expect(measured("SweepRestarted")).toEqual([]);
    },
  );

  it("meets a job that it cannot deal with in each of its runs, as the alarm expects", async () => {
    await put(conclude(jobWith("completed"), "cancelled", START), "ended");
    dependencies.deleteLeftovers = () => Promise.reject(new Error("store down"));

    for (let minute = 0; minute < 30; minute += 5) {
      base.clock.now = START + HOUR + minute * 60_000;
      await run();
    }

    expect(measured("SweepFailed")).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("saves a video although the bus does not take the warning", async () => {
    const id = await put({ ...jobWith("archive_failed"), failure: FAILURE }, "ended");
    base.clock.now = EXPIRY - DAY;
    dependencies.publish = () => Promise.reject(new Error("bus down"));

    expect(await run()).toMatchObject({ failed: 1 });

    expect(executions.started).toEqual([`${id}-2`]);
  });

  it("publishes an end that nobody has published, and then has done with it", async () => {
    const id = await put(jobWith("cancelled"), "ended");

    await run();
    await run();

    expect(told()).toEqual([`${id} accepted`, `${id} cancelled`]);
    const settled = await base.store.get(id);
    expect(settled).toMatchObject({ status: "cancelled", publishedSeq: 2 });
    expect(settled).not.toHaveProperty("sweepAt");
  });

  it.each(["cancelled", "expired"] as const)(
    "deletes what a copy of a job has left that is %s since",
    async (status) => {
      const copied = await put(conclude(jobWith("completed"), status, START + 2_000), "ended");
      await put(jobWith(status), "ended");

      await run();

      expect(deleted).toEqual([copied]);
    },
  );

  it("deletes nothing once the job has been begun again, and nothing of an archived one", async () => {
    const fault = { execution: "dead", code: "ABORTED", reason: "", at: toIso(START) };
    await put({ ...conclude({ ...jobWith("completed"), fault }, "archived", START) }, "ended");
    const cancelled = await put(conclude(jobWith("completed"), "cancelled", START), "ended");
    const deleteLeftovers = dependencies.deleteLeftovers;
    dependencies.deleteLeftovers = async (job, ...rest) => {
      await submitJob(dependencies, { videoModelId: job.videoModelId });
      return deleteLeftovers(job, ...rest);
    };

    await run();

    expect(deleted).toEqual([]);
    expect(await base.store.get(cancelled)).toMatchObject({ status: "accepted", attempt: 2 });
  });

  it("ends the uploads of an archived job that is in the index, and then has done with it", async () => {
    const id = await put(sweptAgain(jobWith("archived", { archive: ARCHIVE }), START), "ended");

    await run();

    expect(uploadsEnded).toEqual([`${id} ${ARCHIVE.key}`]);
    expect(await base.store.get(id)).not.toHaveProperty("sweepAt");
  });

  it("archives what was kept of a video, when AKOOL has deleted the rest of it", async () => {
    const failed = jobWith("archive_failed", {
      doubtful: DOUBTFUL,
      attemptStartedAt: toIso(EXPIRY + 7 * DAY),
    });
    const id = await put(failed, "ended");
    base.clock.now = EXPIRY + 7 * DAY;

    await run();

    expect(await base.store.get(id)).toMatchObject({
      status: "archived",
      archive: { key: DOUBTFUL.key, doubts: expect.arrayContaining(DOUBTFUL.doubts) },
    });
    expect(uploadsEnded).toEqual([`${id} ${DOUBTFUL.key}`]);
    expect(told().at(-1)).toBe(`${id} archived`);
    expect(await base.store.get(id)).not.toHaveProperty("doubtful");
    expect(await base.store.get(id)).not.toHaveProperty("sweepAt");
  });

  it("keeps no word of a file that it has deleted with the rest of a cancelled job", async () => {
    const completed = jobWith("completed", { doubtful: DOUBTFUL });
    const id = await put(conclude(completed, "cancelled", START), "ended");

    await run();

    expect(deleted).toEqual([id]);
    expect(await base.store.get(id)).not.toHaveProperty("doubtful");
  });

  it("gives up no video that a function archives at that moment, whose execution is dead", async () => {
    const id = await put(jobWith("completed"), "ended");
    const archive = (read: Job) => base.store.replace(read, conclude(read, "archived", EXPIRY));
    dependencies.store = withInterference(dependencies.store, archive);
    base.clock.now = EXPIRY + 7 * DAY;

    await run();

    expect(await base.store.get(id)).toMatchObject({ status: "archived" });
    expect(told()).not.toContain(`${id} expired`);
  });

  it("writes nothing about a job that another sweeper has done with", async () => {
    const id = await put(jobWith("cancelled"), "ended");
    const publish = dependencies.publish;
    dependencies.publish = async (entry, execution) => {
      dependencies.publish = publish;
      await run();
      await publish(entry, execution);
    };

    await run();

    // The one that takes it from the index.
    expect(await base.store.get(id)).toMatchObject({ version: 2 });
  });

  it("leaves a job in its index that its owner has begun again while the end was published", async () => {
    const id = await put(jobWith("cancelled"), "ended");
    dependencies.publish = async () => {
      const job = await base.store.get(id);
      if (job === undefined) throw new Error("not on record");
      if (job.status !== "accepted") {
        await base.store.replace(job, withStatus(job, "accepted", START + HOUR));
      }
    };

    await run();

    const after = await base.store.get(id);
    expect(after?.status).toBe("accepted");
    expect(after).toHaveProperty("sweepAt");
  });

  it("comes back to what could not be deleted", async () => {
    const id = await put(conclude(jobWith("completed"), "cancelled", START), "ended");
    dependencies.deleteLeftovers = () => Promise.reject(new Error("store down"));

    expect(await run()).toMatchObject({ checked: 1, failed: 1 });

    expect((await base.store.get(id))?.sweepAt).toBe(toIso(START + HOUR + 4 * 60_000));
    expect(published).toEqual([]);
  });

  it.each(["cancelled", "archived", "processing"] as const)(
    "comes back at its next run to a change of a job that is %s and that the bus would not take",
    async (status) => {
      const id = await put(jobWith(status), status === "processing" ? "running" : "ended");
      const { publish } = dependencies;
      dependencies.publish = () => Promise.reject(new Error("bus down"));

      expect(await run()).toMatchObject({ checked: 1, failed: 0 });

      expect((await base.store.get(id))?.sweepAt).toBe(toIso(START + HOUR));
      expect(measured("UnpublishedAge")).toEqual([3_600]);

      dependencies.publish = publish;
      base.clock.now += 5 * 60_000;
      await run();

      expect(told()).toEqual([`${id} accepted`, `${id} ${status}`]);
      expect(measured("UnpublishedAge")).toEqual([3_600, 0]);
    },
  );

  it("does not let one job's trouble keep it from the others, not even an unreadable record", async () => {
    const unreadable = await put(acceptedJob(), "ended");
    await client.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: { videoModelId: { S: unreadable } },
        UpdateExpression: "SET attempt = :text",
        ExpressionAttributeValues: { ":text": { S: "not a number" } },
      }),
    );
    const others = await Promise.all(
      Array.from({ length: 20 }, () => put(jobWith("queueing"), "ended")),
    );

    expect(await run()).toMatchObject({ checked: 21, failed: 1 });

    expect(executions.started.toSorted()).toEqual(others.map((id) => `${id}-2`).toSorted());
    expect(measured("SweepFailed")).toEqual([1]);
    expect(base.logged).toContainEqual({
      level: "warn",
      message: "could not see to a job",
      fields: expect.objectContaining({ videoModelId: unreadable }),
    });
  });

  it("stops in time, and the next run goes on where it stopped", async () => {
    const ids = await Promise.all(
      Array.from({ length: 60 }, () => put(jobWith("queueing"), "ended")),
    );
    let calls = 0;
    const start = executions.start;
    executions.start = async (...args) => {
      calls += 1;
      if (calls === 10) base.clock.now += 1_000;
      return start(...args);
    };

    const first = await run(base.clock.now + 1_000);
    const second = await run();

    expect(first.complete).toBe(false);
    expect(first.checked).toBeLessThan(60);
    expect(second).toMatchObject({ checked: 60 - first.checked, complete: true });
    expect(executions.started.toSorted()).toEqual(ids.map((id) => `${id}-2`).toSorted());
  });

  it("tells how far behind it is", async () => {
    await put(acceptedJob(), "running");
    base.clock.now = START + HOUR;

    await run();

    expect(measured("SweepDelay")).toEqual([45 * 60]);
    expect(measured("SweepChecked")).toEqual([1]);
  });

  it("starts each job once, however many sweepers run at the same time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 4 }), async (sweepers) => {
        const begun = executions.started.length;
        const ids = await Promise.all([
          put(acceptedJob()),
          put(jobWith("archive_failed"), "ended"),
          put(jobWith("completed"), "ended"),
        ]);

        await Promise.all(Array.from({ length: sweepers }, () => run()));

        expect(executions.started.slice(begun).toSorted()).toEqual(
          [`${ids[0]}-1`, `${ids[1]}-2`, `${ids[2]}-2`].toSorted(),
        );
      }),
      { numRuns: 10 },
    );
  });
});

const FAILURE = { code: "SourceGone", reason: "HTTP 403", party: "source" } as const;

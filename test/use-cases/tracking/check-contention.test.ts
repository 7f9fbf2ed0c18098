import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { describe, expect } from "vitest";
import { VersionConflict } from "#aws/versioned-write.ts";
import { acceptAgain, toIso } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import { acceptedJob, EXECUTION, HOUR, OBSERVATIONS, START } from "#test/support/jobs.ts";
import { withInterference } from "#test/support/tracking.ts";
import { checkJob } from "#use-cases/tracking/check-job.ts";
import { checkTests, OTHER, POLICY } from "./check-tests.ts";

const given = checkTests();

describe("a second execution for a job", () => {
  it("is a duplicate while the first one lives", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    await given.test.check();
    given.test.dependencies.alive.add(EXECUTION);

    expect(await given.test.check(OTHER)).toMatchObject({
      outcome: "duplicate",
      status: "processing",
    });
    expect(given.test.dependencies.polls).toHaveLength(1);
  });

  it("takes over from an execution of a machine that was replaced, without asking about it", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    await given.test.check("arn:aws:states:local:000000000000:execution:replaced:one");
    given.test.dependencies.executions.isRunning = () => Promise.reject(new Error("AccessDenied"));

    expect(await given.test.check(EXECUTION)).toMatchObject({ outcome: "wait" });
    expect(await given.test.record()).toMatchObject({
      execution: EXECUTION,
      attempt: 2,
    });
  });

  it("takes over when the first one is dead, and publishes no more than is due", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    await given.test.check();
    const before = given.test.dependencies.published.length;

    const second = await given.test.check(OTHER);

    expect(second).toMatchObject({ outcome: "wait", status: "processing" });
    expect(
      given.test.dependencies.published
        .slice(before)
        .map(({ Detail }) => [Detail.status, Detail.attempt]),
    ).toEqual([
      ["accepted", 2],
      ["processing", 2],
    ]);
    expect(await given.test.record()).toMatchObject({
      execution: OTHER,
      attempt: 2,
    });
  });

  it.each(["archived", "failed", "expired"] as const)(
    "is a duplicate for a job that is %s",
    async (status) => {
      await given.test.dependencies.store.create(
        conclude({ ...acceptedJob(), videoModelId: given.test.videoModelId }, status, START),
      );

      expect(await given.test.check(OTHER)).toMatchObject({ outcome: "duplicate", status });
      expect(given.test.dependencies.polls).toHaveLength(0);
    },
  );

  it("leaves a job cancelled that was cancelled after its own start", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.queueing);
    await given.test.dependencies.store.create(
      conclude({ ...acceptedJob(), videoModelId: given.test.videoModelId }, "cancelled", START),
    );
    const begun = (startedAt?: string) =>
      checkJob(given.test.dependencies, POLICY, {
        request: { videoModelId: given.test.videoModelId },
        execution: OTHER,
        startedAt,
      });

    expect(await begun(toIso(START - 1))).toMatchObject({ outcome: "duplicate" });
    // Of an older release, or of a time that cannot be read.
    expect(await begun()).toMatchObject({ outcome: "duplicate" });
    expect(await begun("yesterday")).toMatchObject({ outcome: "duplicate" });
    expect(given.test.dependencies.polls).toHaveLength(0);
    expect(await begun(toIso(START + 1))).toMatchObject({ outcome: "wait", status: "queueing" });
  });

  it("is a duplicate for a job that was tried again a few times today", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.queueing);
    let job = await given.test.dependencies.store.create({
      ...acceptedJob(),
      videoModelId: given.test.videoModelId,
    });
    for (let attempt = 1; attempt < 5; attempt += 1) {
      const ended = conclude(job, "not_found", START);
      const request = { videoModelId: given.test.videoModelId };
      const again = { request, execution: EXECUTION, now: START, defaultDeadlineHours: 24 };
      job = await given.test.dependencies.store.replace(job, acceptAgain(ended, again));
    }
    await given.test.dependencies.store.replace(job, conclude(job, "not_found", START));

    expect(await given.test.check(OTHER)).toMatchObject({
      outcome: "duplicate",
      status: "not_found",
    });
    given.test.dependencies.clock.now = START + 6 * HOUR;
    expect(await given.test.check(OTHER)).toMatchObject({ outcome: "wait" });
  });

  it.each(["timed_out", "not_found", "rejected", "archive_failed"] as const)(
    "tries again for a job that is %s, although its owner may still be ending",
    async (status) => {
      given.test.dependencies.answers.push(OBSERVATIONS.completed);
      given.test.dependencies.alive.add(EXECUTION);
      await given.test.dependencies.store.create(
        conclude({ ...acceptedJob(), videoModelId: given.test.videoModelId }, status, START),
      );

      expect(await given.test.check(OTHER)).toMatchObject({
        outcome: "archive",
        status: "completed",
      });
    },
  );
});

describe("another writer during the poll", () => {
  it("that cancels the job wins: the execution ends and says so", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    const store = withInterference(given.test.dependencies.store, (read) =>
      given.test.dependencies.store.replace(read, conclude(read, "cancelled", START)),
    );

    const result = await given.test.check(EXECUTION, { ...given.test.dependencies, store });

    expect(result).toMatchObject({ outcome: "end", status: "cancelled" });
    expect(given.test.published()).toEqual(["accepted", "cancelled"]);
    expect(await given.test.record()).toMatchObject({ version: 2 });
  });

  it("that takes the job over leaves this execution a duplicate", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    const store = withInterference(given.test.dependencies.store, (read) =>
      given.test.dependencies.store.replace(read, { ...read, execution: OTHER }),
    );

    expect(await given.test.check(EXECUTION, { ...given.test.dependencies, store })).toMatchObject({
      outcome: "duplicate",
    });
    expect(await given.test.record()).toMatchObject({
      execution: OTHER,
      pollCount: 0,
    });
  });

  it("that only writes beside it is respected, and the observation is recorded on top", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    const store = withInterference(given.test.dependencies.store, (read) =>
      given.test.dependencies.store.replace(read, { ...read, tags: { written: "meanwhile" } }),
    );

    await given.test.check(EXECUTION, { ...given.test.dependencies, store });

    expect(await given.test.record()).toMatchObject({
      status: "processing",
      tags: { written: "meanwhile" },
      pollCount: 1,
    });
  });

  it("that never stops makes the check fail, so that the workflow retries it", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    const store = withInterference(
      given.test.dependencies.store,
      (read) =>
        given.test.dependencies.store.replace(read, { ...read, pollCount: read.pollCount + 1 }),
      99,
    );

    await expect(
      given.test.check(EXECUTION, { ...given.test.dependencies, store }),
    ).rejects.toThrow(VersionConflict);
  });

  it("that deletes the record makes the check fail", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    const store = {
      ...withInterference(given.test.dependencies.store, (read) =>
        given.test.dependencies.store.replace(read, read),
      ),
    };
    let reads = 0;
    const forgetful = {
      ...store,
      get: async (id: string) =>
        reads++ === 0 ? given.test.dependencies.store.get(id) : undefined,
    };

    await expect(
      given.test.check(EXECUTION, { ...given.test.dependencies, store: forgetful }),
    ).rejects.toThrow(VersionConflict);
  });
});

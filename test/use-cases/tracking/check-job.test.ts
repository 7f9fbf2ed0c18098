import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { describe, expect } from "vitest";
import { VersionConflict } from "#aws/versioned-write.ts";
import { EXECUTION, HOUR, OBSERVATIONS, START } from "#test/support/jobs.ts";
import { checkJob } from "#use-cases/tracking/check-job.ts";
import { checkTests, POLICY } from "./check-tests.ts";

const given = checkTests();

describe("the first check", () => {
  it("claims the job, polls AKOOL and publishes both changes", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.queueing);

    const result = await given.test.check();

    expect(result).toMatchObject({ outcome: "wait", waitSeconds: 5, status: "queueing" });
    expect(given.test.published()).toEqual(["accepted", "queueing"]);
    expect(given.test.dependencies.published[0]).toMatchObject({
      Source: "akool.video-archiver",
      DetailType: "Video Job Status Change",
      EventBusName: "events",
    });
    expect(await given.test.record()).toMatchObject({
      execution: EXECUTION,
      status: "queueing",
      pollCount: 1,
      publishedSeq: 2,
    });
  });

  it("is settled between many concurrent executions: one follows, the others are duplicates", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    const executions = Array.from({ length: 12 }, (_, i) => `${EXECUTION}-${i}`);
    for (const execution of executions) given.test.dependencies.alive.add(execution);

    const results = await Promise.all(executions.map((execution) => given.test.check(execution)));

    const outcomes = results.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual([...Array(11).fill("duplicate"), "wait"]);
    expect(given.test.dependencies.polls).toHaveLength(1);
  });

  it("gives up claiming when other writers always win", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    let tries = 0;
    const store = {
      ...given.test.dependencies.store,
      create: async () => {
        tries++;
        throw new VersionConflict("always");
      },
    };

    await expect(
      given.test.check(EXECUTION, { ...given.test.dependencies, store }),
    ).rejects.toThrow(VersionConflict);
    expect(tries).toBe(10);
  });
});

describe("a check that Step Functions had to repeat", () => {
  const repeated = (retryCount?: number) =>
    checkJob(given.test.dependencies, POLICY, {
      request: { videoModelId: given.test.videoModelId },
      execution: EXECUTION,
      retryCount,
    });
  const record = () => given.test.record();

  it("adds its tries to those of the attempt", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    await repeated(3);
    await repeated(0);
    await repeated();
    await repeated(4);

    expect(await record()).toMatchObject({ attemptPollCount: 4, attemptRetryCount: 7 });
  });

  it("adds them although another writer is faster", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    await repeated(1);
    const { poll } = given.test.dependencies.akool;
    given.test.dependencies.akool.poll = async (id) => {
      const job = await record();
      if (job !== undefined)
        await given.test.dependencies.store.replace(job, { ...job, tags: { a: "b" } });
      return poll(id);
    };

    await repeated(2);

    expect(await record()).toMatchObject({ tags: { a: "b" }, attemptRetryCount: 3 });
  });

  it("waits longer once such tries have spent half of the history", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);

    expect(await repeated(3_800)).toMatchObject({ waitSeconds: 5 });
    expect((await repeated(200)).waitSeconds).toBeGreaterThan(10_000);
  });
});

describe("a later check", () => {
  it("publishes nothing when nothing has changed, and waits longer as the job ages", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    await given.test.check();
    const before = given.test.published();
    given.test.dependencies.clock.now = START + 1_000_000;

    expect(await given.test.check()).toMatchObject({ outcome: "wait", waitSeconds: 100 });

    expect(given.test.published()).toEqual(before);
  });

  it("sends a completed job to the archive", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.completed);

    expect(await given.test.check()).toMatchObject({
      outcome: "archive",
      status: "completed",
      waitSeconds: 0,
    });
  });

  it("ends a failed job with AKOOL's reason", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.failed);

    const result = await given.test.check();

    expect(result).toMatchObject({ outcome: "end", status: "failed", waitSeconds: 0 });
    expect(given.test.dependencies.published.at(-1)?.Detail).toMatchObject({
      failure: { reason: "Failed to process the video." },
    });
  });

  it("warns of an account fault and goes on when it is mended", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.account_fault, OBSERVATIONS.completed);

    const refused = await given.test.check();
    const mended = await given.test.check();

    expect(refused).toMatchObject({ outcome: "wait", status: "accepted" });
    expect(given.test.dependencies.logged[0]).toMatchObject({
      level: "warn",
      fields: { detail: "code 1101" },
    });
    expect(mended.outcome).toBe("archive");
  });
});

describe("after a crash", () => {
  it("between record and publication, the next check publishes", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.queueing, OBSERVATIONS.processing);
    const { publish } = given.test.dependencies;
    given.test.dependencies.publish = () => Promise.reject(new Error("killed"));
    await given.test.check();
    given.test.dependencies.publish = publish;

    await given.test.check();

    expect(given.test.published()).toEqual(["accepted", "queueing", "processing"]);
  });

  it.each([
    ["completed", "archive"],
    ["failed", "end"],
  ] as const)("after the verdict %s, AKOOL is not asked again", async (verdict, outcome) => {
    given.test.dependencies.answers.push(OBSERVATIONS[verdict]);
    await given.test.check();

    const repeated = await given.test.check();

    expect(given.test.dependencies.polls).toHaveLength(1);
    expect(repeated).toMatchObject({ outcome });
    expect(given.test.published()).toEqual(["accepted", verdict]);
  });
});

describe("a bus that takes nothing", () => {
  it("does not keep a completed job from the archive, and leaves its changes to the sweeper", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.completed);
    given.test.dependencies.publish = () => Promise.reject(new Error("the bus is down"));

    expect(await given.test.check()).toMatchObject({ outcome: "archive" });

    expect(await given.test.record()).toMatchObject({
      publishedSeq: 0,
      sweepAt: new Date(START).toISOString(),
    });
    expect(given.test.dependencies.logged).toContainEqual(
      expect.objectContaining({ level: "warn", fields: expect.objectContaining({ due: 2 }) }),
    );
  });
});

describe("the deadline", () => {
  it("is the request's own when it brings one", async () => {
    given.test.dependencies.answers.push(OBSERVATIONS.processing);
    const request = { videoModelId: given.test.videoModelId, deadlineHours: 2 };
    await checkJob(given.test.dependencies, POLICY, { request, execution: EXECUTION });
    given.test.dependencies.clock.now = START + 2 * HOUR;

    expect(await given.test.check()).toMatchObject({ outcome: "end", status: "timed_out" });
  });
});

import { TABLE } from "@akool-archiver/test-support/dynamodb.ts";
import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect } from "vitest";
import { createDurationStore } from "#aws/duration-store.ts";
import { VersionConflict } from "#aws/versioned-write.ts";
import { acceptAgain, toIso } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import { MAX_POLLS } from "#domain/polling/history-budget.ts";
import { acceptedJob, EXECUTION, HOUR, OBSERVATIONS, START } from "#test/support/jobs.ts";
import {
  type TestDependencies,
  testDependencies,
  withInterference,
} from "#test/support/tracking.ts";
import { checkJob } from "#use-cases/tracking/check-job.ts";

const policy = { poll: { minSeconds: 5, maxSeconds: 300 }, defaultDeadlineHours: 24 };
const OTHER = "arn:aws:states:local:000000000000:execution:tracking:other";

let dependencies: TestDependencies;
let client: DynamoDBClient;
let videoModelId: string;
let counter = 0;

it.beforeEach(({ table }) => {
  client = table.client;
  dependencies = testDependencies(table);
  videoModelId = `check-job-${counter++}`;
});

function check(execution = EXECUTION, using: TestDependencies = dependencies) {
  return checkJob(using, policy, { request: { videoModelId }, execution });
}

const published = () => dependencies.published.map(({ Detail }) => Detail.status);

describe("the shared rate limit", () => {
  it("stretches the wait, and hears of every poll", async () => {
    const heard: string[] = [];
    dependencies.rateLimit = {
      async after({ kind }) {
        heard.push(kind);
        return 0.25;
      },
    };
    dependencies.answers.push(OBSERVATIONS.queueing);

    const { waitSeconds } = await check();

    expect(waitSeconds).toBe(20);
    expect(heard).toEqual(["queueing"]);
  });
});

describe("the first check", () => {
  it("claims the job, polls AKOOL and publishes both changes", async () => {
    dependencies.answers.push(OBSERVATIONS.queueing);

    const result = await check();

    expect(result).toMatchObject({ outcome: "wait", waitSeconds: 5, status: "queueing" });
    expect(published()).toEqual(["accepted", "queueing"]);
    expect(dependencies.published[0]).toMatchObject({
      Source: "akool.video-archiver",
      DetailType: "Video Job Status Change",
      EventBusName: "events",
    });
    expect(await dependencies.store.get(videoModelId)).toMatchObject({
      execution: EXECUTION,
      status: "queueing",
      pollCount: 1,
      publishedSeq: 2,
    });
  });

  it("is settled between many concurrent executions: one follows, the others are duplicates", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    const executions = Array.from({ length: 12 }, (_, i) => `${EXECUTION}-${i}`);
    for (const execution of executions) dependencies.alive.add(execution);

    const results = await Promise.all(executions.map((execution) => check(execution)));

    const outcomes = results.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual([...Array(11).fill("duplicate"), "wait"]);
    expect(dependencies.polls).toHaveLength(1);
  });

  it("gives up claiming when other writers always win", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    let tries = 0;
    const store = {
      ...dependencies.store,
      create: async () => {
        tries++;
        throw new VersionConflict("always");
      },
    };

    await expect(check(EXECUTION, { ...dependencies, store })).rejects.toThrow(VersionConflict);
    expect(tries).toBe(10);
  });
});

describe("a check that Step Functions had to repeat", () => {
  const repeated = (retryCount?: number) =>
    checkJob(dependencies, policy, { request: { videoModelId }, execution: EXECUTION, retryCount });
  const record = () => dependencies.store.get(videoModelId);

  it("adds its tries to those of the attempt", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    await repeated(3);
    await repeated(0);
    await repeated();
    await repeated(4);

    expect(await record()).toMatchObject({ attemptPollCount: 4, attemptRetryCount: 7 });
  });

  it("adds them although another writer is faster", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    await repeated(1);
    const { poll } = dependencies.akool;
    dependencies.akool.poll = async (id) => {
      const job = await record();
      if (job !== undefined) await dependencies.store.replace(job, { ...job, tags: { a: "b" } });
      return poll(id);
    };

    await repeated(2);

    expect(await record()).toMatchObject({ tags: { a: "b" }, attemptRetryCount: 3 });
  });

  it("waits longer once such tries have spent half of the history", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);

    expect(await repeated(3_800)).toMatchObject({ waitSeconds: 5 });
    expect((await repeated(200)).waitSeconds).toBeGreaterThan(10_000);
  });
});

describe("a later check", () => {
  it("publishes nothing when nothing has changed, and waits longer as the job ages", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    await check();
    const before = published();
    dependencies.clock.now = START + 1_000_000;

    expect(await check()).toMatchObject({ outcome: "wait", waitSeconds: 100 });

    expect(published()).toEqual(before);
  });

  it("sends a completed job to the archive", async () => {
    dependencies.answers.push(OBSERVATIONS.completed);

    expect(await check()).toMatchObject({
      outcome: "archive",
      status: "completed",
      waitSeconds: 0,
    });
  });

  it("ends a failed job with AKOOL's reason", async () => {
    dependencies.answers.push(OBSERVATIONS.failed);

    const result = await check();

    expect(result).toMatchObject({ outcome: "end", status: "failed", waitSeconds: 0 });
    expect(dependencies.published.at(-1)?.Detail).toMatchObject({
      failure: { reason: "Failed to process the video." },
    });
  });

  it("warns of an account fault and goes on when it is mended", async () => {
    dependencies.answers.push(OBSERVATIONS.account_fault, OBSERVATIONS.completed);

    const refused = await check();
    const mended = await check();

    expect(refused).toMatchObject({ outcome: "wait", status: "accepted" });
    expect(dependencies.logged[0]).toMatchObject({
      level: "warn",
      fields: { detail: "code 1101" },
    });
    expect(mended.outcome).toBe("archive");
  });
});

describe("after a crash", () => {
  it("between record and publication, the next check publishes", async () => {
    dependencies.answers.push(OBSERVATIONS.queueing, OBSERVATIONS.processing);
    const { publish } = dependencies;
    dependencies.publish = () => Promise.reject(new Error("killed"));
    await check();
    dependencies.publish = publish;

    await check();

    expect(published()).toEqual(["accepted", "queueing", "processing"]);
  });

  it.each([
    ["completed", "archive"],
    ["failed", "end"],
  ] as const)("after the verdict %s, AKOOL is not asked again", async (verdict, outcome) => {
    dependencies.answers.push(OBSERVATIONS[verdict]);
    await check();

    const repeated = await check();

    expect(dependencies.polls).toHaveLength(1);
    expect(repeated).toMatchObject({ outcome });
    expect(published()).toEqual(["accepted", verdict]);
  });
});

describe("a bus that takes nothing", () => {
  it("does not keep a completed job from the archive, and leaves its changes to the sweeper", async () => {
    dependencies.answers.push(OBSERVATIONS.completed);
    dependencies.publish = () => Promise.reject(new Error("the bus is down"));

    expect(await check()).toMatchObject({ outcome: "archive" });

    expect(await dependencies.store.get(videoModelId)).toMatchObject({
      publishedSeq: 0,
      sweepAt: new Date(START).toISOString(),
    });
    expect(dependencies.logged).toContainEqual(
      expect.objectContaining({ level: "warn", fields: expect.objectContaining({ due: 2 }) }),
    );
  });
});

describe("a second execution for a job", () => {
  it("is a duplicate while the first one lives", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    await check();
    dependencies.alive.add(EXECUTION);

    expect(await check(OTHER)).toMatchObject({ outcome: "duplicate", status: "processing" });
    expect(dependencies.polls).toHaveLength(1);
  });

  it("takes over from an execution of a machine that was replaced, without asking about it", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    await check("arn:aws:states:local:000000000000:execution:replaced:one");
    dependencies.executions.isRunning = () => Promise.reject(new Error("AccessDenied"));

    expect(await check(EXECUTION)).toMatchObject({ outcome: "wait" });
    expect(await dependencies.store.get(videoModelId)).toMatchObject({
      execution: EXECUTION,
      attempt: 2,
    });
  });

  it("takes over when the first one is dead, and publishes no more than is due", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    await check();
    const before = dependencies.published.length;

    const second = await check(OTHER);

    expect(second).toMatchObject({ outcome: "wait", status: "processing" });
    expect(
      dependencies.published.slice(before).map(({ Detail }) => [Detail.status, Detail.attempt]),
    ).toEqual([
      ["accepted", 2],
      ["processing", 2],
    ]);
    expect(await dependencies.store.get(videoModelId)).toMatchObject({
      execution: OTHER,
      attempt: 2,
    });
  });

  it.each(["archived", "failed", "expired"] as const)(
    "is a duplicate for a job that is %s",
    async (status) => {
      await dependencies.store.create(conclude({ ...acceptedJob(), videoModelId }, status, START));

      expect(await check(OTHER)).toMatchObject({ outcome: "duplicate", status });
      expect(dependencies.polls).toHaveLength(0);
    },
  );

  it("leaves a job cancelled that was cancelled after its own start", async () => {
    dependencies.answers.push(OBSERVATIONS.queueing);
    await dependencies.store.create(
      conclude({ ...acceptedJob(), videoModelId }, "cancelled", START),
    );
    const begun = (startedAt?: string) =>
      checkJob(dependencies, policy, {
        request: { videoModelId },
        execution: OTHER,
        startedAt,
      });

    expect(await begun(toIso(START - 1))).toMatchObject({ outcome: "duplicate" });
    // Of an older release, or of a time that cannot be read.
    expect(await begun()).toMatchObject({ outcome: "duplicate" });
    expect(await begun("yesterday")).toMatchObject({ outcome: "duplicate" });
    expect(dependencies.polls).toHaveLength(0);
    expect(await begun(toIso(START + 1))).toMatchObject({ outcome: "wait", status: "queueing" });
  });

  it("is a duplicate for a job that was tried again a few times today", async () => {
    dependencies.answers.push(OBSERVATIONS.queueing);
    let job = await dependencies.store.create({ ...acceptedJob(), videoModelId });
    for (let attempt = 1; attempt < 5; attempt += 1) {
      const ended = conclude(job, "not_found", START);
      const request = { videoModelId };
      const again = { request, execution: EXECUTION, now: START, defaultDeadlineHours: 24 };
      job = await dependencies.store.replace(job, acceptAgain(ended, again));
    }
    await dependencies.store.replace(job, conclude(job, "not_found", START));

    expect(await check(OTHER)).toMatchObject({ outcome: "duplicate", status: "not_found" });
    dependencies.clock.now = START + 6 * HOUR;
    expect(await check(OTHER)).toMatchObject({ outcome: "wait" });
  });

  it.each(["timed_out", "not_found", "rejected", "archive_failed"] as const)(
    "tries again for a job that is %s, although its owner may still be ending",
    async (status) => {
      dependencies.answers.push(OBSERVATIONS.completed);
      dependencies.alive.add(EXECUTION);
      await dependencies.store.create(conclude({ ...acceptedJob(), videoModelId }, status, START));

      expect(await check(OTHER)).toMatchObject({ outcome: "archive", status: "completed" });
    },
  );
});

describe("another writer during the poll", () => {
  it("that cancels the job wins: the execution ends and says so", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    const store = withInterference(dependencies.store, (read) =>
      dependencies.store.replace(read, conclude(read, "cancelled", START)),
    );

    const result = await check(EXECUTION, { ...dependencies, store });

    expect(result).toMatchObject({ outcome: "end", status: "cancelled" });
    expect(published()).toEqual(["accepted", "cancelled"]);
    expect(await dependencies.store.get(videoModelId)).toMatchObject({ version: 2 });
  });

  it("that takes the job over leaves this execution a duplicate", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    const store = withInterference(dependencies.store, (read) =>
      dependencies.store.replace(read, { ...read, execution: OTHER }),
    );

    expect(await check(EXECUTION, { ...dependencies, store })).toMatchObject({
      outcome: "duplicate",
    });
    expect(await dependencies.store.get(videoModelId)).toMatchObject({
      execution: OTHER,
      pollCount: 0,
    });
  });

  it("that only writes beside it is respected, and the observation is recorded on top", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    const store = withInterference(dependencies.store, (read) =>
      dependencies.store.replace(read, { ...read, tags: { written: "meanwhile" } }),
    );

    await check(EXECUTION, { ...dependencies, store });

    expect(await dependencies.store.get(videoModelId)).toMatchObject({
      status: "processing",
      tags: { written: "meanwhile" },
      pollCount: 1,
    });
  });

  it("that never stops makes the check fail, so that the workflow retries it", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    const store = withInterference(
      dependencies.store,
      (read) => dependencies.store.replace(read, { ...read, pollCount: read.pollCount + 1 }),
      99,
    );

    await expect(check(EXECUTION, { ...dependencies, store })).rejects.toThrow(VersionConflict);
  });

  it("that deletes the record makes the check fail", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    const store = {
      ...withInterference(dependencies.store, (read) => dependencies.store.replace(read, read)),
    };
    let reads = 0;
    const forgetful = {
      ...store,
      get: async (id: string) => (reads++ === 0 ? dependencies.store.get(id) : undefined),
    };

    await expect(check(EXECUTION, { ...dependencies, store: forgetful })).rejects.toThrow(
      VersionConflict,
    );
  });
});

describe("a job whose webhook comes to us", () => {
  const webhookUrl = "https://api.example.com/webhooks/akool";
  const webhookExpected = { ...policy, webhookUrl };
  const told = (url: string) => ({
    ...OBSERVATIONS.processing,
    akool: { ...OBSERVATIONS.processing.akool, webhookUrl: url },
  });
  const checkWithWebhook = () =>
    checkJob(dependencies, webhookExpected, { request: { videoModelId }, execution: EXECUTION });

  it("waits for the callback, with a rare poll as the safety net", async () => {
    dependencies.answers.push(told(webhookUrl));

    expect(await checkWithWebhook()).toMatchObject({
      outcome: "wait",
      awaitCallback: true,
      callbackSeconds: 6_000,
      // Should storing the token fail.
      waitSeconds: 5,
      wakeCount: "0",
    });
  });

  it("is polled as often as others when its webhook goes elsewhere, or nowhere", async () => {
    dependencies.answers.push(told("https://elsewhere.example.com/hook"));
    expect(await checkWithWebhook()).toMatchObject({ awaitCallback: false, waitSeconds: 5 });

    dependencies.answers.splice(0, 1, told(webhookUrl));
    expect(await check()).toMatchObject({ awaitCallback: false, waitSeconds: 5 });
  });

  it("is polled with the count of webhooks from before the poll", async () => {
    dependencies.answers.push(told(webhookUrl));
    await checkWithWebhook();
    await dependencies.store.wake(videoModelId, false);
    const { poll } = dependencies.akool;
    dependencies.akool.poll = async (id) => {
      await dependencies.store.wake(videoModelId, false);
      return poll(id);
    };

    expect(await checkWithWebhook()).toMatchObject({ wakeCount: "1", callbackSeconds: 6_000 });
    expect(await dependencies.store.wakes(videoModelId)).toEqual({ count: 2, ended: false });
  });

  it("is polled at the usual rate once AKOOL has called it done without showing it", async () => {
    dependencies.answers.push(told(webhookUrl));
    await checkWithWebhook();
    await dependencies.store.wake(videoModelId, true);

    expect(await checkWithWebhook()).toMatchObject({ awaitCallback: true, callbackSeconds: 5 });
  });

  it("is polled once it has been woken so often that the execution's history would overflow", async () => {
    const job = { ...acceptedJob(), videoModelId, attemptPollCount: MAX_POLLS - 2 };
    await dependencies.store.create(job);
    dependencies.answers.push(told(webhookUrl));

    expect(await checkWithWebhook()).toMatchObject({ awaitCallback: true });
    expect(await checkWithWebhook()).toMatchObject({ awaitCallback: false });
  });

  it("waits for nothing once it has ended", async () => {
    dependencies.answers.push({ ...OBSERVATIONS.failed, akool: { webhookUrl } });

    expect(await checkWithWebhook()).toMatchObject({ outcome: "end", awaitCallback: false });
  });
});

describe("what finished jobs teach", () => {
  const akool = { _id: "video", create_time: START, resolution: "480p", video_duration: 20 };
  const processing = { kind: "processing", createdAt: START, akool } as const;
  const completed = {
    ...OBSERVATIONS.completed,
    createdAt: START,
    akool: { ...akool, video_duration: 20.5, update_time: START + 90_000 },
  } as const;
  const bucket = "480p/20s/other";
  const durations = () => createDurationStore(client, TABLE, 30_000);

  it("is counted once for each job, by the poll that finds it completed", async () => {
    dependencies.answers.push(processing, completed);
    await check();
    dependencies.clock.now = START + 100_000;

    await check();
    await check();

    expect(await durations().read(bucket)).toEqual({
      weights: { 44: 1 },
      updatedAt: START + 100_000,
    });
  });

  async function teach() {
    for (let job = 0; job < 40; job++) await durations().count(bucket, 280 + job, START);
  }

  it("sets the waits of the jobs that follow", async () => {
    await teach();
    dependencies.answers.push(processing);

    expect((await check()).waitSeconds).toBeGreaterThan(100);
  });

  it("does not delay the poll of a job that AKOOL has called done", async () => {
    await teach();
    dependencies.answers.push(processing);
    await check();
    await dependencies.store.wake(videoModelId, true);
    const webhookUrl = "https://api.example.com/webhooks/akool";

    const result = await checkJob(
      dependencies,
      { ...policy, webhookUrl },
      { request: { videoModelId }, execution: EXECUTION },
    );

    expect(result.waitSeconds).toBe(5);
  });
});

describe("the deadline", () => {
  it("is the request's own when it brings one", async () => {
    dependencies.answers.push(OBSERVATIONS.processing);
    const request = { videoModelId, deadlineHours: 2 };
    await checkJob(dependencies, policy, { request, execution: EXECUTION });
    dependencies.clock.now = START + 2 * HOUR;

    expect(await check()).toMatchObject({ outcome: "end", status: "timed_out" });
  });
});

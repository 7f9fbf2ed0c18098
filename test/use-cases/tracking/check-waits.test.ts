import { TABLE } from "@akool-archiver/test-support/dynamodb.ts";
import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { describe, expect } from "vitest";
import { createDurationStore } from "#aws/duration-store.ts";
import { MAX_POLLS } from "#domain/polling/history-budget.ts";
import { acceptedJob, EXECUTION, OBSERVATIONS, START } from "#test/support/jobs.ts";
import { checkJob } from "#use-cases/tracking/check-job.ts";
import { checkTests, POLICY } from "./check-tests.ts";

const given = checkTests();

describe("the shared rate limit", () => {
  it("stretches the wait, and hears of every poll", async () => {
    const heard: string[] = [];
    given.test.dependencies.rateLimit = {
      async after({ kind }) {
        heard.push(kind);
        return 0.25;
      },
    };
    given.test.dependencies.answers.push(OBSERVATIONS.queueing);

    const { waitSeconds } = await given.test.check();

    expect(waitSeconds).toBe(20);
    expect(heard).toEqual(["queueing"]);
  });
});

describe("a job whose webhook comes to us", () => {
  const webhookUrl = "https://api.example.com/webhooks/akool";
  const webhookExpected = { ...POLICY, webhookUrl };
  const told = (url: string) => ({
    ...OBSERVATIONS.processing,
    akool: { ...OBSERVATIONS.processing.akool, webhookUrl: url },
  });
  const checkWithWebhook = () =>
    checkJob(given.test.dependencies, webhookExpected, {
      request: { videoModelId: given.test.videoModelId },
      execution: EXECUTION,
    });

  it("waits for the callback, with a rare poll as the safety net", async () => {
    given.test.dependencies.answers.push(told(webhookUrl));

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
    given.test.dependencies.answers.push(told("https://elsewhere.example.com/hook"));
    expect(await checkWithWebhook()).toMatchObject({ awaitCallback: false, waitSeconds: 5 });

    given.test.dependencies.answers.splice(0, 1, told(webhookUrl));
    expect(await given.test.check()).toMatchObject({ awaitCallback: false, waitSeconds: 5 });
  });

  it("is polled with the count of webhooks from before the poll", async () => {
    given.test.dependencies.answers.push(told(webhookUrl));
    await checkWithWebhook();
    await given.test.dependencies.store.wake(given.test.videoModelId, false);
    const { poll } = given.test.dependencies.akool;
    given.test.dependencies.akool.poll = async (id) => {
      await given.test.dependencies.store.wake(given.test.videoModelId, false);
      return poll(id);
    };

    expect(await checkWithWebhook()).toMatchObject({ wakeCount: "1", callbackSeconds: 6_000 });
    expect(await given.test.dependencies.store.wakes(given.test.videoModelId)).toEqual({
      count: 2,
      ended: false,
    });
  });

  it("is polled at the usual rate once AKOOL has called it done without showing it", async () => {
    given.test.dependencies.answers.push(told(webhookUrl));
    await checkWithWebhook();
    await given.test.dependencies.store.wake(given.test.videoModelId, true);

    expect(await checkWithWebhook()).toMatchObject({ awaitCallback: true, callbackSeconds: 5 });
  });

  it("is polled once it has been woken so often that the execution's history would overflow", async () => {
    const job = {
      ...acceptedJob(),
      videoModelId: given.test.videoModelId,
      attemptPollCount: MAX_POLLS - 2,
    };
    await given.test.dependencies.store.create(job);
    given.test.dependencies.answers.push(told(webhookUrl));

    expect(await checkWithWebhook()).toMatchObject({ awaitCallback: true });
    expect(await checkWithWebhook()).toMatchObject({ awaitCallback: false });
  });

  it("waits for nothing once it has ended", async () => {
    given.test.dependencies.answers.push({ ...OBSERVATIONS.failed, akool: { webhookUrl } });

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
  const durations = () => createDurationStore(given.test.client, TABLE, 30_000);

  it("is counted once for each job, by the poll that finds it completed", async () => {
    given.test.dependencies.answers.push(processing, completed);
    await given.test.check();
    given.test.dependencies.clock.now = START + 100_000;

    await given.test.check();
    await given.test.check();

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
    given.test.dependencies.answers.push(processing);

    expect((await given.test.check()).waitSeconds).toBeGreaterThan(100);
  });

  it("does not delay the poll of a job that AKOOL has called done", async () => {
    await teach();
    given.test.dependencies.answers.push(processing);
    await given.test.check();
    await given.test.dependencies.store.wake(given.test.videoModelId, true);
    const webhookUrl = "https://api.example.com/webhooks/akool";

    const result = await checkJob(
      given.test.dependencies,
      { ...POLICY, webhookUrl },
      { request: { videoModelId: given.test.videoModelId }, execution: EXECUTION },
    );

    expect(result.waitSeconds).toBe(5);
  });
});

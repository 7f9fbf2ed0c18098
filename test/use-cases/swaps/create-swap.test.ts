import {
  clientAt,
  LEDGER_TABLE,
  SUBMISSION_TABLE,
  TABLE,
} from "@akool-archiver/test-support/dynamodb.ts";
import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { beforeEach, describe, expect } from "vitest";
import type { CreateOutcome } from "#akool/create-outcome.ts";
import { createJobStore } from "#aws/job-store.ts";
import { createLedgerNotes } from "#aws/ledger-notes.ts";
import { createSubmissionStore } from "#aws/submission-store.ts";
import { conclude } from "#domain/job/transition.ts";
import { RequestRefused } from "#domain/refusals.ts";
import { type FakeExecutions, fakeExecutions } from "#test/support/executions.ts";
import { START } from "#test/support/jobs.ts";
import { lossyProxy } from "#test/support/lossy-proxy.ts";
import { submitJob } from "#use-cases/jobs/submit-job.ts";
import { createSwap, type SwapDependencies } from "#use-cases/swaps/create-swap.ts";
import { settleSwap } from "#use-cases/swaps/settle-swap.ts";

const swap = {
  image: "https://example.com/a.png",
  video: "https://example.com/b.mp4",
  duration: 10,
};

let dependencies: SwapDependencies;
let executions: FakeExecutions;
let outcomes: CreateOutcome[];
let calls: number;
let clock: number;
let key: string;
let id: string;
let counter = 0;

it.beforeEach(({ table }) => {
  key = `key-${counter++}`;
  id = `created-${counter}`;
  calls = 0;
  clock = START;
  outcomes = [{ kind: "created", videoModelId: id }];
  executions = fakeExecutions();
  dependencies = {
    store: createJobStore({ client: table.client, tableName: TABLE, retentionDays: 0 }),
    submissions: createSubmissionStore(table.client, SUBMISSION_TABLE),
    notes: createLedgerNotes(table.client, LEDGER_TABLE),
    executions,
    akool: {
      async createCharacterSwap() {
        calls++;
        return outcomes.shift() ?? { kind: "unknown", detail: "called once too often" };
      },
    },
    now: () => clock,
    log: { info() {}, warn() {}, error() {}, appendKeys() {} },
    eventBusName: "events",
    publish: async () => {},
    enterInLedger: async () => {},
    defaultDeadlineHours: 24,
    patienceMs: 10_000,
  };
});

const create = (change: object = {}, tags: Record<string, string> = {}) =>
  createSwap(dependencies, { idempotencyKey: key, swap: { ...swap, ...change }, tags });
const record = () => dependencies.submissions.get(key);

describe("creating a character swap", () => {
  it("puts the intent on record before the billable call", async () => {
    let before: unknown;
    const akool = dependencies.akool;
    dependencies.akool = {
      async createCharacterSwap(request) {
        before = await record();
        return akool.createCharacterSwap(request);
      },
    };

    await create();

    expect(before).toMatchObject({ state: "submitting", estimatedCredits: 20, request: swap });
  });

  it("has the new video followed, with its tags", async () => {
    const { submission, job } = await create({}, { team: "film" });

    expect(submission).toMatchObject({ state: "created", videoModelId: id });
    expect(job).toMatchObject({ videoModelId: id, status: "accepted", tags: { team: "film" } });
    expect(executions.started).toEqual([`${id}-1`]);
  });

  it("has what was asked for, and the model, on the record of the job", async () => {
    outcomes = [{ kind: "created", videoModelId: id, model: "wan" }];

    const { job } = await create({ resolution: "1080p", prompt: "a walk" });

    const creation = { durationSeconds: 10, resolution: "1080p", model: "wan" };
    expect(job.creation).toEqual(creation);
    expect(await dependencies.store.get(id)).toMatchObject({ creation });
  });

  it("has it followed even if it dies before it can say so on the submission", async () => {
    const { replace } = dependencies.submissions;
    dependencies.submissions = {
      ...dependencies.submissions,
      replace: () => Promise.reject(new Error("died")),
    };

    await expect(create()).rejects.toThrow("died");

    expect(await dependencies.store.get(id)).toMatchObject({ status: "accepted" });
    expect(executions.started).toEqual([`${id}-1`]);
    dependencies.submissions = { ...dependencies.submissions, replace };
  });

  it("is on record as created even if it cannot be followed at once", async () => {
    executions.start = () => Promise.reject(new Error("down"));

    await expect(create()).rejects.toThrow("down");

    expect(await record()).toMatchObject({ state: "created", videoModelId: id });
  });

  it("has it followed by an execution that makes the record, if the table cannot be read", async () => {
    dependencies.store = {
      ...dependencies.store,
      get: () => Promise.reject(new Error("throttled")),
    };

    await expect(create()).rejects.toThrow("throttled");

    expect(await record()).toMatchObject({ state: "created", videoModelId: id });
    expect(executions.started).toEqual([`${id}-1`]);
  });

  it("does not say that it is created if nobody can see to it", async () => {
    dependencies.store = {
      ...dependencies.store,
      get: () => Promise.reject(new Error("throttled")),
    };
    executions.start = () => Promise.reject(new Error("down"));

    await expect(create()).rejects.toThrow("down");

    // After a minute: of unknown outcome, for a person.
    expect(await record()).toMatchObject({ state: "submitting" });
  });

  it("two hundred times at once with one key makes one call, and all get the same answer", async () => {
    const all = await Promise.all(Array.from({ length: 200 }, () => create()));

    expect(calls).toBe(1);
    expect(new Set(all.map(({ job }) => job.videoModelId))).toEqual(new Set([id]));
    expect(executions.started).toEqual([`${id}-1`]);
  });

  it("again with the same key gives the same answer, whatever the order of the fields", async () => {
    const first = await create({}, { a: "1", b: "2" });

    const again = await createSwap(dependencies, {
      idempotencyKey: key,
      swap: { duration: 10, video: swap.video, image: swap.image },
      tags: { b: "2", a: "1" },
    });

    expect(again.submission).toEqual(first.submission);
    expect(calls).toBe(1);
  });

  it("again starts the following that a crash has prevented", async () => {
    const start = executions.start;
    executions.start = () => Promise.reject(new Error("crash"));
    await expect(create()).rejects.toThrow("crash");
    executions.start = start;

    await create();

    expect(calls).toBe(1);
    expect(executions.started).toEqual([`${id}-1`]);
  });

  it("again leaves a job alone that was cancelled meanwhile", async () => {
    const { job } = await create();
    await dependencies.store.replace(job, conclude(job, "cancelled", START));

    expect(await create()).toMatchObject({ started: false, job: { status: "cancelled" } });
    expect(executions.started).toEqual([`${id}-1`]);
  });

  it("with the same key and another body, or other tags, is refused", async () => {
    await create();

    await expect(create({ duration: 20 })).rejects.toMatchObject({
      reason: "idempotency-key-reused",
    });
    await expect(create({}, { other: "tag" })).rejects.toMatchObject({
      reason: "idempotency-key-reused",
    });
    expect(calls).toBe(1);
  });

  it("that AKOOL refuses stays refused under this key", async () => {
    outcomes = [{ kind: "refused", code: 1003, message: "bad image" }];
    const refused = {
      reason: "akool-refused",
      message: "bad image",
      facts: { akoolCode: 1003 },
    };

    await expect(create()).rejects.toMatchObject(refused);
    await expect(create()).rejects.toMatchObject(refused);
    expect(calls).toBe(1);
  });

  it.each([
    ["account_fault", "akool-account"],
    ["throttled", "akool-unavailable"],
    ["unavailable", "akool-unavailable"],
  ] as const)("that was not done (%s) frees the key for another try", async (trouble, reason) => {
    outcomes = [
      { kind: "not_now", trouble, detail: "code 1" },
      { kind: "created", videoModelId: id },
    ];

    await expect(create()).rejects.toMatchObject({ reason });
    expect(await create()).toMatchObject({ submission: { state: "created" } });
    expect(calls).toBe(2);
  });
});

describe("a creation that AKOOL puts off", () => {
  it.each([
    ["throttled", undefined, 30],
    ["throttled", 5, 30],
    ["unavailable", 120, 120],
    ["account_fault", undefined, undefined],
    ["account_fault", 120, 120],
  ] as const)(
    "(%s, for %s seconds) tells the caller when to come again",
    async (trouble, retryAfterSeconds, told) => {
      const asked = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
      outcomes = [{ kind: "not_now", trouble, detail: "code 1", ...asked }];

      await expect(create()).rejects.toMatchObject({
        facts: { retryAfterSeconds: told },
      });
    },
  );
});

describe("a creation of which the outcome is not known", () => {
  beforeEach(async () => {
    outcomes = [{ kind: "unknown", detail: "no answer: TimeoutError" }];
    await create().catch(() => {});
  });

  it("is on record and never sent again", async () => {
    expect(await record()).toMatchObject({ state: "submit_unknown" });
    await expect(create()).rejects.toMatchObject({
      reason: "submission-unknown",
      facts: { idempotencyKey: key },
    });
    expect(calls).toBe(1);
  });

  it("is settled by the id that a person has found", async () => {
    const followed = await settleSwap(dependencies, key, { videoModelId: id });

    expect(followed?.job.videoModelId).toBe(id);
    expect((await record())?.reason).toBe("settled by hand");
    expect((await create()).submission.state).toBe("created");
    expect(calls).toBe(1);
  });

  it("tells the job what was asked for when somebody else has had it followed", async () => {
    await submitJob(dependencies, { videoModelId: id, tags: { team: "web" } });

    const followed = await settleSwap(dependencies, key, { videoModelId: id });

    const known = { tags: { team: "web" }, creation: { durationSeconds: 10 } };
    expect(followed).toMatchObject({ started: false, job: known });
    expect(await dependencies.store.get(id)).toMatchObject(known);
  });

  it("gives its tags to the video that AKOOL's webhook has had followed meanwhile", async () => {
    outcomes = [{ kind: "unknown", detail: "no answer: TimeoutError" }];
    key = `${key}-tagged`;
    await create({}, { team: "film" }).catch(() => {});
    await submitJob(dependencies, { videoModelId: id });

    const followed = await settleSwap(dependencies, key, { videoModelId: id });

    expect(followed).toMatchObject({ started: false, job: { tags: { team: "film" } } });
    expect((await dependencies.store.get(id))?.tags).toEqual({ team: "film" });
  });

  it("is settled by releasing the key, which then may be used again", async () => {
    outcomes = [{ kind: "created", videoModelId: id }];
    await settleSwap(dependencies, key, { release: true });

    expect(await create()).toMatchObject({ submission: { state: "created" } });
    expect(calls).toBe(2);
  });

  it("settled again with the same id is followed all the same", async () => {
    await settleSwap(dependencies, key, { videoModelId: id });

    expect(await settleSwap(dependencies, key, { videoModelId: id })).toMatchObject({
      job: { videoModelId: id },
    });
    expect(executions.started).toEqual([`${id}-1`]);
  });

  it("cannot be settled otherwise afterwards", async () => {
    await settleSwap(dependencies, key, { videoModelId: id });

    await expect(settleSwap(dependencies, key, { release: true })).rejects.toMatchObject({
      reason: "submission-settled",
    });
  });

  it("settled twenty times at once is settled once", async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => settleSwap(dependencies, key, { release: true })),
    );

    const refused = tries.flatMap((attempt) =>
      attempt.status === "rejected" ? [attempt.reason.reason] : [],
    );
    expect(refused).toEqual(Array(19).fill("submission-not-found"));
  });
});

describe("a creation that was broken off in the middle", () => {
  /** As the record stands when the caller dies before the outcome is on it. */
  async function submitting() {
    outcomes = [{ kind: "unknown", detail: "died" }];
    await create().catch(() => undefined);
    const submission = await record();
    if (submission) {
      await dependencies.submissions.replace(submission, { ...submission, state: "submitting" });
    }
  }

  it("is unknown after a minute, and not sent again", async () => {
    await submitting();
    clock += 60_001;

    await expect(create()).rejects.toMatchObject({
      reason: "submission-unknown",
      message: expect.stringContaining("broken off"),
    });
    expect(calls).toBe(1);
  });

  it("can be settled by then, and not before", async () => {
    await submitting();
    await expect(settleSwap(dependencies, key, { videoModelId: id })).rejects.toMatchObject({
      reason: "submission-settled",
    });
    clock += 60_001;

    expect(await settleSwap(dependencies, key, { videoModelId: id })).toMatchObject({
      job: { videoModelId: id },
    });
  });

  it("counts as in progress before that", async () => {
    await submitting();
    dependencies.patienceMs = 0;

    await expect(create()).rejects.toMatchObject({
      reason: "submission-in-progress",
      facts: { retryAfterSeconds: 2 },
    });
  });

  it("counts as in progress when the other frees the key meanwhile", async () => {
    await submitting();
    const { get } = dependencies.submissions;
    let reads = 0;
    dependencies.submissions = {
      ...dependencies.submissions,
      get: async (k) => (reads++ === 0 ? get(k) : undefined),
    };

    await expect(create()).rejects.toMatchObject({ reason: "submission-in-progress" });
  });

  it("is tried again when the key is freed between the two polls", async () => {
    await create();
    outcomes = [{ kind: "created", videoModelId: id }];
    const { get, remove } = dependencies.submissions;
    let reads = 0;
    dependencies.submissions = {
      ...dependencies.submissions,
      async get(k) {
        const found = await get(k);
        if (reads++ > 0 || found === undefined) return found;
        await remove(found);
        return undefined;
      },
    };

    expect(await create()).toMatchObject({ submission: { state: "created" } });
    expect(calls).toBe(2);
  });
});

describe("a fault of the store", () => {
  it("before the call prevents it", async () => {
    dependencies.submissions = {
      ...dependencies.submissions,
      create: () => Promise.reject(new Error("down")),
    };

    await expect(create()).rejects.toThrow("down");
    expect(calls).toBe(0);
  });

  it("is not taken for a lost race", async ({ table }) => {
    const nowhere = createSubmissionStore(table.client, "nope");

    await expect(nowhere.get("k")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(
      nowhere.remove({ ...(await create()).submission, version: 1 }),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("a key that is freed", () => {
  it("is charged once, when the answer to freeing it was lost and it has been taken again", async ({
    table,
  }) => {
    // The first call is throttled; the second one is under way while the first frees the key again.
    outcomes = [{ kind: "not_now", trouble: "throttled", detail: "code 1005" }];
    const underWay = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<CreateOutcome>();
    const slow: SwapDependencies = {
      ...dependencies,
      akool: {
        createCharacterSwap() {
          calls++;
          underWay.resolve();
          return answered.promise;
        },
      },
    };
    const input = { idempotencyKey: key, swap, tags: {} };
    let second: Promise<unknown> | undefined;
    const proxy = await lossyProxy(table.endpoint, async (operation, nth) => {
      if (operation !== "DeleteItem" || nth > 1) return false;
      second = createSwap(slow, input);
      await underWay.promise;
      return true;
    });
    const client = clientAt(proxy.endpoint);
    const submissions = createSubmissionStore(client, SUBMISSION_TABLE);

    const first = createSwap({ ...dependencies, submissions }, input);
    await expect(first).rejects.toMatchObject({ reason: "akool-unavailable" });
    const third = createSwap(dependencies, input);
    answered.resolve({ kind: "created", videoModelId: id });

    expect(proxy.operations.filter((operation) => operation === "DeleteItem")).toHaveLength(2);
    expect(await second).toMatchObject({ submission: { videoModelId: id } });
    expect(await third).toMatchObject({ submission: { videoModelId: id } });
    expect(calls).toBe(2);
    client.destroy();
    await proxy.close();
  });
});

describe("a cancelled job whose creation is repeated", () => {
  it("stays cancelled", async () => {
    const { job } = await create();
    executions.states.set(job.execution, "ended");
    await dependencies.store.replace(job, conclude(job, "cancelled", START));

    expect(await create()).toMatchObject({ started: false, job: { status: "cancelled" } });
  });

  it("stays cancelled when that happens in the middle of the repetition", async () => {
    const { job } = await create();
    executions.states.set(job.execution, "ended");
    const stateOf = executions.stateOf;
    executions.stateOf = async (arn) => {
      executions.stateOf = stateOf;
      await dependencies.store.replace(job, conclude(job, "cancelled", START));
      return stateOf(arn);
    };

    expect(await create()).toMatchObject({ started: false, job: { status: "cancelled" } });
    expect(await dependencies.store.get(id)).toMatchObject({ status: "cancelled", attempt: 1 });
  });
});

describe("a budget that stops swaps", () => {
  const spent = new RequestRefused("budget-reached", "spent");

  it("is asked with the estimate before anything is recorded or sent", async () => {
    const asked: number[] = [];
    dependencies.guardBudget = async (credits) => {
      asked.push(credits);
      throw spent;
    };

    await expect(create()).rejects.toBe(spent);
    expect(asked).toEqual([20]);
    expect(await record()).toBeUndefined();
    expect(calls).toBe(0);
  });

  it("lets a repeated request have the answer of the first one", async () => {
    const { job } = await create();
    dependencies.guardBudget = () => Promise.reject(spent);

    expect((await create()).job.videoModelId).toBe(job.videoModelId);
    expect(calls).toBe(1);
  });
});

describe("what a swap was expected to cost", () => {
  it("is on the record of its job from the beginning", async () => {
    const { job } = await create();

    expect(job).toMatchObject({ version: 1, submission: { estimatedCredits: 20 } });
  });

  it("is put there also if AKOOL's webhook was faster and the job has ended, for the ledger to learn it", async () => {
    await submitJob(dependencies, { videoModelId: id }, "webhook");
    const begun = await dependencies.store.get(id);
    if (begun === undefined) throw new Error("the webhook has begun it");
    const { sweepAt: _none, ...ended } = conclude(begun, "failed", clock);
    await dependencies.store.replace(begun, ended);

    const { job } = await create();

    expect(job).toMatchObject({ status: "failed", submission: { estimatedCredits: 20 } });
    expect(job.sweepAt).toBeDefined();
    expect(job).not.toHaveProperty("sweptOnlyToPublish");
  });
});

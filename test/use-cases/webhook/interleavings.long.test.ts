import {
  DELIVERY_TABLE,
  dynaliteTable,
  TABLE,
  type TestStore,
} from "@akool-archiver/test-support/dynamodb.ts";
import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDeliveryStore } from "#aws/delivery-store.ts";
import { fakeExecutions } from "#test/support/executions.ts";
import { OBSERVATIONS, START, VIDEO_URL } from "#test/support/jobs.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";
import { testDependencies } from "#test/support/tracking.ts";
import { trackingDefinitionOf } from "#test/support/tracking-definition.ts";
import { seal } from "#test/support/webhooks.ts";
import { cancelJob } from "#use-cases/jobs/cancel-job.ts";
import { checkJob } from "#use-cases/tracking/check-job.ts";
import { receiveWebhook, type WebhookDependencies } from "#use-cases/webhook/receive-webhook.ts";

const CLIENT_ID = "0123456789abcdef";
const SECRET = "abcdefghijklmnopqrstuvwx";
const WEBHOOK_URL = "https://api.example.com/webhooks/akool";
const policy = {
  poll: { minSeconds: 5, maxSeconds: 300 },
  defaultDeadlineHours: 24,
  webhookUrl: WEBHOOK_URL,
};

let table: TestStore;
/** As synthesized: the very expressions that Step Functions sends. */
let awaiting: {
  UpdateExpression: string;
  ConditionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
};
beforeAll(async () => {
  table = await dynaliteTable();
  const state = trackingDefinitionOf(synthesizeTemplate()).States.AwaitCallback;
  awaiting = state?.Parameters as typeof awaiting;
});
afterAll(() => table.close());

interface World {
  id: string;
  /** What AKOOL would say now. */
  akool: "queueing" | "processing" | "completed";
  /** Tokens that an execution waits with, and how it goes on. */
  waiting: Map<string, () => void>;
  archived: number;
  /** Safety polls may fire only in some histories. */
  timeouts: number;
}

let counter = 0;

function newWorld(timeouts: number): World {
  return {
    id: `interleaved-${counter++}`,
    akool: "queueing",
    waiting: new Map(),
    archived: 0,
    timeouts,
  };
}

/**
 * Every access to the outside is a point at which anything else may happen. The scheduler holds
 * promises back, so a rejection travels through it as a value.
 */
function scheduled<Args extends unknown[], Result>(
  scheduler: fc.Scheduler,
  act: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const settled = scheduler.scheduleFunction((...args: Args) =>
    act(...args).then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    ),
  );
  return async (...args) => (await settled(...args))();
}

function dependenciesOf(world: World, scheduler: fc.Scheduler) {
  const base = testDependencies(table);
  const executions = fakeExecutions();
  const deliveries = createDeliveryStore(table.client, DELIVERY_TABLE);
  const step = <Args extends unknown[], Result>(act: (...args: Args) => Promise<Result>) =>
    scheduled(scheduler, act);
  const store = {
    get: step(base.store.get),
    wakes: step(base.store.wakes),
    wake: step(base.store.wake),
    create: step(base.store.create),
    replace: step(base.store.replace),
    acknowledge: step(base.store.acknowledge),
    publishLater: step(base.store.publishLater),
  };
  const akool = {
    poll: step(async () => {
      const observation = OBSERVATIONS[world.akool];
      return { ...observation, akool: { ...observation.akool, webhookUrl: WEBHOOK_URL } };
    }),
  };
  const webhook: WebhookDependencies = {
    store,
    executions,
    deliveries: {
      isKnown: step(deliveries.isKnown),
      remember: step(deliveries.remember),
    },
    callbacks: {
      succeed: step(async (token: string) => {
        const goOn = world.waiting.get(token);
        world.waiting.delete(token);
        goOn?.();
        return goOn !== undefined;
      }),
    },
    credentials: async () => [{ clientId: CLIENT_ID, clientSecret: SECRET }],
    log: { appendKeys: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    now: () => START,
    eventBusName: "events",
    publish: async () => {},
    enterInLedger: async () => {},
    defaultDeadlineHours: 24,
    windowMs: 3_600_000,
    startsTracking: true,
  };
  return { check: { ...base, store, akool, executions }, webhook };
}

type Dependencies = ReturnType<typeof dependenciesOf>;

/** The route of the workflow, as the definition has it; its parts are the real ones. */
async function machine(
  world: World,
  dependencies: Dependencies,
  scheduler: fc.Scheduler,
): Promise<string> {
  const execution = dependencies.check.executions.arnOf(`${world.id}-1`);
  dependencies.check.executions.states.set(execution, "running");
  for (let turn = 0; ; turn++) {
    const result = await checkJob(dependencies.check, policy, {
      request: { videoModelId: world.id },
      execution,
    });
    if (result.outcome === "archive") {
      world.archived += 1;
      return "archived";
    }
    if (result.outcome !== "wait") return result.status;
    const token = `${world.id}-${turn}`;
    await awaitCallback(world, { seen: result.wakeCount, token, execution }, scheduler);
  }
}

/** The state AwaitCallback: stores the token on its condition, then waits for it or the time-out. */
async function awaitCallback(
  world: World,
  { seen, token, execution }: { seen: string; token: string; execution: string },
  scheduler: fc.Scheduler,
) {
  const called = new Promise<void>((resolve) => world.waiting.set(token, resolve));
  const store = scheduled(scheduler, () =>
    table.client.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: { videoModelId: { S: world.id } },
        UpdateExpression: awaiting.UpdateExpression,
        ConditionExpression: awaiting.ConditionExpression,
        ExpressionAttributeNames: awaiting.ExpressionAttributeNames,
        ExpressionAttributeValues: {
          ":token": { S: token },
          ":execution": { S: execution },
          ":seen": { N: seen },
          ":zero": { N: "0" },
        },
      }),
    ),
  );
  try {
    await store();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return;
    throw error;
  }
  if (world.timeouts-- > 0) {
    await Promise.race([called, scheduler.schedule(Promise.resolve(), "time-out")]);
    world.waiting.delete(token);
    return;
  }
  await called;
}

/** AKOOL: the job moves on, then its webhook is sent; some are sent twice. */
async function sender(
  world: World,
  dependencies: Dependencies,
  scheduler: fc.Scheduler,
  twice: boolean[],
) {
  const moves = ["processing", "completed"] as const;
  for (const [i, move] of moves.entries()) {
    await scheduler.schedule(Promise.resolve(), `AKOOL moves to ${move}`);
    world.akool = move;
    const payload = JSON.stringify({ _id: world.id, status: i + 2, url: VIDEO_URL });
    const text = JSON.stringify(seal(payload, CLIENT_ID, SECRET, START, `${i}`));
    const deliver = () => receiveWebhook(dependencies.webhook, text);
    await Promise.all(twice[i] ? [deliver(), deliver()] : [deliver()]);
  }
}

describe("whatever the order of polls, tokens and webhooks", () => {
  const history = fc.record({
    scheduler: fc.scheduler(),
    twice: fc.tuple(fc.boolean(), fc.boolean()),
    timeouts: fc.constantFrom(0, 0, 0, 1, 2),
  });

  it("no wake-up is lost: the job is archived once, without any poll to help", async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ scheduler, twice, timeouts }) => {
        const world = newWorld(timeouts);
        const dependencies = dependenciesOf(world, scheduler);

        const end = machine(world, dependencies, scheduler);
        const sent = sender(world, dependencies, scheduler, [...twice]);
        await scheduler.waitFor(Promise.all([end, sent]));

        expect(await end).toBe("archived");
        expect(world.archived).toBe(1);
      }),
      { numRuns: 200 },
    );
  }, 180_000);

  it("a cancel at any moment is final, whatever webhooks come", async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ scheduler, twice }) => {
        const world = newWorld(50);
        const dependencies = dependenciesOf(world, scheduler);

        const end = machine(world, dependencies, scheduler);
        const sent = sender(world, dependencies, scheduler, [...twice]);
        const cancelled = (async () => {
          await scheduler.schedule(Promise.resolve(), "cancel");
          const job = await dependencies.check.store.get(world.id);
          const cancelling = { ...dependencies.check, publish: async () => {} };
          return job && cancelJob(cancelling, job).catch(() => undefined);
        })();
        await scheduler.waitFor(Promise.all([end, sent, cancelled]));

        expect(["archived", "cancelled"]).toContain(await end);
        if (await cancelled) {
          expect((await testDependencies(table).store.get(world.id))?.status).toBe("cancelled");
          expect(dependencies.check.executions.started).not.toContain(`${world.id}-2`);
        }
        expect(world.archived).toBeLessThanOrEqual(1);
      }),
      { numRuns: 80 },
    );
  }, 180_000);
});

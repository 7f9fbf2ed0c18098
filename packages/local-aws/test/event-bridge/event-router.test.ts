import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Delivery, newDelivery } from "../../src/event-bridge/delivery.ts";
import { deliveryStore } from "../../src/event-bridge/delivery-store.ts";
import {
  type DeadLetter,
  type Destination,
  deliveryFailure,
} from "../../src/event-bridge/destination.ts";
import {
  createEventRouter,
  type EventRouter,
  type EventRouterOptions,
  UnsupportedRule,
} from "../../src/event-bridge/event-router.ts";
import { DEAD_LETTERS_ARN, envelope, FUNCTION_ARN, MACHINE_ARN, rule, target } from "./fixtures.ts";

const attempt = vi.fn<Destination["attempt"]>();
const send = vi.fn<(letter: DeadLetter) => Promise<void>>();
const problems: string[] = [];
const routers: EventRouter[] = [];
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "deliveries-"));
  problems.length = 0;
  attempt.mockReset().mockResolvedValue(undefined);
  send.mockReset().mockResolvedValue(undefined);
});

afterEach(async () => {
  await Promise.all(routers.splice(0).map((router) => router.close()));
  await rm(directory, { recursive: true });
});

function routerOf(settings: Partial<EventRouterOptions> = {}): EventRouter {
  const router = createEventRouter({
    rules: [rule()],
    destinations: new Map([[MACHINE_ARN, { attempt }]]),
    store: deliveryStore(directory),
    deadLetters: { knows: (arn) => arn === DEAD_LETTERS_ARN, send },
    onProblem: (text) => problems.push(text),
    ...settings,
  });
  routers.push(router);
  return router;
}

const patience = (maxRetries: number, maxAgeSeconds = 60) => ({
  maxRetries,
  maxAgeSeconds,
  delayMs: () => 1,
});

const kept = () => readdir(directory);

describe("an event", () => {
  it("goes to each target of each rule on its bus that wants it, and is then forgotten", async () => {
    const router = routerOf({
      rules: [
        rule({ targets: [target({ id: "A" }), target({ id: "B" })] }),
        rule({ busName: "other", targets: [target({ id: "other bus" })] }),
        rule({ pattern: { source: ["x"] }, targets: [target({ id: "other pattern" })] }),
      ],
    });

    await router.route("jobs", envelope());
    await router.idle();

    expect(attempt.mock.calls.map(([{ target }]) => target.id)).toEqual(["A", "B"]);
    expect(await kept()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("is kept before it is taken on, until it has arrived", async () => {
    const arrive = Promise.withResolvers<undefined>();
    attempt.mockReturnValue(arrive.promise);
    const router = routerOf();

    await router.route("jobs", envelope());
    const under = await kept();
    arrive.resolve(undefined);
    await router.idle();

    expect(under).toHaveLength(1);
    expect(await kept()).toEqual([]);
  });

  it("is not taken on when it cannot be kept", async () => {
    const store = {
      ...deliveryStore(directory),
      save: () => Promise.reject(new Error("disk full")),
    };
    const router = routerOf({ store });

    await expect(router.route("jobs", envelope())).rejects.toThrow("disk full");

    expect(attempt).not.toHaveBeenCalled();
  });
});

describe("a delivery that fails", () => {
  it("is tried again", async () => {
    attempt.mockResolvedValueOnce(deliveryFailure("INTERNAL_ERROR", "busy", patience(1)));
    const router = routerOf();

    await router.route("jobs", envelope());
    await router.idle();

    expect(attempt.mock.calls.map(([delivery]) => delivery.failedAttempts)).toEqual([0, 1]);
    expect(send).not.toHaveBeenCalled();
    expect(problems).toEqual([
      expect.stringContaining("will be tried again: INTERNAL_ERROR: busy"),
    ]);
  });

  it("goes to the dead-letter queue when it has been tried often enough", async () => {
    attempt.mockResolvedValue(deliveryFailure("INTERNAL_ERROR", "busy", patience(2)));
    const router = routerOf();

    await router.route("jobs", envelope());
    await router.idle();

    expect(attempt).toHaveBeenCalledTimes(3);
    expect(send).toHaveBeenCalledExactlyOnceWith({
      queueArn: DEAD_LETTERS_ARN,
      body: JSON.stringify(envelope()),
      attributes: {
        RULE_ARN: rule().arn,
        TARGET_ARN: MACHINE_ARN,
        ERROR_CODE: "INTERNAL_ERROR",
        ERROR_MESSAGE: "busy",
        RETRY_ATTEMPTS: "2",
        EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
      },
    });
    expect(await kept()).toEqual([]);
  });

  it("goes there when it is too old", async () => {
    attempt.mockResolvedValue(deliveryFailure("INTERNAL_ERROR", "busy", patience(9, 0)));
    const router = routerOf();

    await router.route("jobs", envelope());
    await router.idle();

    expect(send.mock.lastCall?.[0].attributes).toMatchObject({
      RETRY_ATTEMPTS: "0",
      EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds",
    });
  });

  it("goes there at once when no later attempt could do better", async () => {
    attempt.mockResolvedValue(deliveryFailure("NO_RESOURCE", "gone"));
    const router = routerOf();

    await router.route("jobs", envelope());
    await router.idle();

    expect(attempt).toHaveBeenCalledOnce();
    expect(send.mock.lastCall?.[0].attributes).not.toHaveProperty("EXHAUSTED_RETRY_CONDITION");
  });

  it("is lost, and said to be, without a dead-letter queue", async () => {
    const { deadLetterQueueArn: _none, ...bare } = target();
    attempt.mockResolvedValue(deliveryFailure("NO_RESOURCE", "gone"));
    const router = routerOf({ rules: [rule({ targets: [bare] })] });

    await router.route("jobs", envelope());
    await router.idle();

    expect(send).not.toHaveBeenCalled();
    expect(problems).toEqual([expect.stringContaining("is lost, as in AWS: NO_RESOURCE: gone")]);
    expect(await kept()).toEqual([]);
  });

  it("is kept for the next start when the dead-letter queue does not take it", async () => {
    attempt.mockResolvedValue(deliveryFailure("NO_RESOURCE", "gone"));
    send.mockRejectedValue(new Error("queue down"));
    const router = routerOf();

    await router.route("jobs", envelope());
    await router.idle();

    expect(await kept()).toHaveLength(1);
    expect(problems).toEqual([
      expect.stringContaining("kept for the next start: Error: queue down"),
    ]);
  });
});

describe("a router that is closed", () => {
  it("leaves running deliveries to the next, which continues them", async () => {
    attempt.mockReturnValueOnce(new Promise(() => {}));
    const first = routerOf();
    await first.route("jobs", envelope());
    await first.close();

    const second = routerOf();
    const resumed = await second.resume();
    await second.idle();

    expect(resumed).toBe(1);
    const [before, after] = attempt.mock.calls.map(([delivery]) => delivery);
    expect(after).toEqual(before);
    expect(await kept()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("leaves waiting deliveries, with their attempts counted", async () => {
    const hour = { ...patience(5), delayMs: () => 3_600_000 };
    attempt.mockResolvedValueOnce(deliveryFailure("INTERNAL_ERROR", "busy", hour));
    const first = routerOf();
    await first.route("jobs", envelope());
    await vi.waitUntil(() => problems.length === 1, { timeout: 60_000 });
    await first.close();

    const second = routerOf();
    await second.resume();
    await second.idle();

    expect(attempt.mock.lastCall?.[0].failedAttempts).toBe(1);
    expect(await kept()).toEqual([]);
  });
});

it("does not repeat a delivery that it started before it resumes earlier ones", async () => {
  const arrive = Promise.withResolvers<undefined>();
  attempt.mockReturnValue(arrive.promise);
  const router = routerOf();
  await router.route("jobs", envelope());

  const resumed = await router.resume();
  arrive.resolve(undefined);
  await router.idle();

  expect(resumed).toBe(0);
  expect(attempt).toHaveBeenCalledOnce();
});

it("is closed only when what it is writing is written", async () => {
  const store = deliveryStore(directory);
  const write = Promise.withResolvers<void>();
  const save = vi.fn<typeof store.save>(async (delivery) => {
    await write.promise;
    await store.save(delivery);
  });
  const router = routerOf({ store: { ...store, save } });
  const accepting = router.route("jobs", envelope());

  const keptWhenClosed = router.close().then(kept);
  await new Promise(setImmediate);
  write.resolve();
  await accepting;

  expect(await keptWhenClosed).toHaveLength(1);
});

it("takes on nothing more when it is closed, but keeps it", async () => {
  const router = routerOf();
  await router.close();

  await router.route("jobs", envelope());
  await router.idle();

  expect(attempt).not.toHaveBeenCalled();
  expect(await kept()).toHaveLength(1);
});

it("sends a kept delivery whose target no longer exists to the dead-letter queue", async () => {
  const delivery: Delivery = newDelivery(
    rule(),
    target({ arn: "arn:gone" }),
    envelope(),
    Date.now(),
  );
  await deliveryStore(directory).save(delivery);
  const router = routerOf();

  await router.resume();
  await router.idle();

  expect(send.mock.lastCall?.[0].attributes).toMatchObject({
    TARGET_ARN: "arn:gone",
    ERROR_CODE: "NO_RESOURCE",
  });
});

describe("a rule is refused", () => {
  it("whose target cannot be reached here", () => {
    const rules = [rule({ targets: [target({ arn: FUNCTION_ARN })] })];

    expect(() => routerOf({ rules })).toThrow(UnsupportedRule);
  });

  it("whose dead-letter queue is not here", () => {
    const rules = [rule({ targets: [target({ deadLetterQueueArn: "arn:else" })] })];

    expect(() => routerOf({ rules })).toThrow(UnsupportedRule);
  });
});

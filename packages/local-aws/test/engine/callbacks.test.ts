import {
  installVirtualClock,
  type VirtualClock,
} from "@akool-archiver/test-support/virtual-clock.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LocalWorkflowEngine } from "../../src/engine/engine.ts";
import { TaskFailure, type TaskHandler } from "../../src/engine/task.ts";
import { arnOf, type EngineSettings, engineOf, MACHINE_ARN, memoryStore } from "./harness.ts";

const START = Date.UTC(2026, 0, 1);

const AWAIT = "wait.waitForTaskToken";

/** Waits for a callback and tells what came of it. */
function definitionOf(fields: Record<string, unknown> = {}) {
  return {
    StartAt: "Await",
    States: {
      Await: {
        Type: "Task",
        Resource: `arn:aws:lambda:us-east-1:000000000000:function:${AWAIT}`,
        Parameters: { "id.$": "$.id", token: { "S.$": "$$.Task.Token" } },
        TimeoutSecondsPath: "$.check.waitSeconds",
        ResultPath: "$.callback",
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Caught" }],
        Next: "Done",
        ...fields,
      },
      Caught: { Type: "Succeed" },
      Done: { Type: "Succeed" },
    },
  };
}

const INPUT = { id: 7, check: { waitSeconds: 6000 } };

/** Gives the tokens that it is handed on to the test. */
class TokenTask {
  readonly tokens: string[] = [];
  #arrived = Promise.withResolvers<string>();

  readonly handle: TaskHandler = async (parameters) => {
    const token: string = Object(parameters).token.S;
    this.tokens.push(token);
    this.#arrived.resolve(token);
    return "what the service answers is of no interest";
  };

  /** The next token that has not been asked for. */
  async next(): Promise<string> {
    const token = await this.#arrived.promise;
    this.#arrived = Promise.withResolvers();
    return token;
  }
}

let task: TokenTask;

beforeEach(() => {
  task = new TokenTask();
});

function open(settings: EngineSettings = {}, definition: unknown = definitionOf()) {
  return engineOf(definition, { [AWAIT]: task.handle }, settings);
}

async function start(engine: LocalWorkflowEngine, input: unknown = INPUT, name = "one") {
  await engine.start({ stateMachineArn: MACHINE_ARN, name, input: JSON.stringify(input) });
}

async function outputOf(engine: LocalWorkflowEngine, name = "one") {
  const ended = await engine.ended(arnOf(name));
  return JSON.parse(ended?.output ?? "null");
}

describe("a task with a callback", () => {
  it("goes on with the callback's output as its result", async () => {
    const engine = open();
    await start(engine);
    const token = await task.next();

    engine.callbacks.succeed(token, '{"ok":true}');

    expect(await outputOf(engine)).toEqual({ ...INPUT, callback: { ok: true } });
    expect(engine.transitions(arnOf("one"))).toBe(2);
  });

  it("fails as the callback says, and may be caught", async () => {
    const engine = open();
    await start(engine);
    const token = await task.next();

    engine.callbacks.fail(token, "Refused", "by hand");

    const error = { Error: "Refused", Cause: "by hand" };
    expect(await outputOf(engine)).toEqual({ ...INPUT, error });
  });

  it("may fail without a word", async () => {
    const engine = open();
    await start(engine);

    engine.callbacks.fail(await task.next());

    expect(await outputOf(engine)).toMatchObject({ error: { Error: "", Cause: "" } });
  });

  it("takes a callback that comes before the service has answered", async () => {
    const engine = engineOf(definitionOf(), {
      [AWAIT]: async (parameters) => {
        engine.callbacks.succeed(Object(parameters).token.S, "1");
        await new Promise(() => {});
      },
    });

    await start(engine);

    expect(await outputOf(engine)).toMatchObject({ callback: 1 });
  });

  it("waits for no callback when the service has failed", async () => {
    const engine = engineOf(definitionOf(), {
      [AWAIT]: async () => {
        throw new TaskFailure("DynamoDb.ConditionalCheckFailedException", "no");
      },
    });

    await start(engine);

    expect(await outputOf(engine)).toMatchObject({
      error: { Error: "DynamoDb.ConditionalCheckFailedException" },
    });
  });

  it("has a token of its own, and of another process too, each time it is entered", async () => {
    const store = memoryStore();
    const first = open({ store });
    await start(first);
    const forgotten = await task.next();
    await first.close();

    const second = open({ store });
    await second.resume();
    const token = await task.next();
    const refusal = () => second.callbacks.succeed(forgotten, "{}");

    expect(token).not.toBe(forgotten);
    expect(refusal).toThrow(expect.objectContaining({ name: "TaskDoesNotExist" }));
    second.callbacks.succeed(token, '"resumed"');
    expect(await outputOf(second)).toMatchObject({ callback: "resumed" });
  });

  it("whose timeout is caught counts as timed out after a restart", async () => {
    const onTimeout = { ErrorEquals: ["States.Timeout"], ResultPath: "$.error", Next: "Caught" };
    const definition = definitionOf({ Catch: [onTimeout] });
    const store = memoryStore();
    const first = open({ store }, definition);
    await start(first);
    await task.next();
    await first.close();

    const second = open({ store }, definition);
    await second.resume();

    expect(await outputOf(second)).toMatchObject({ ...INPUT, error: { Error: "States.Timeout" } });
    expect(task.tokens).toHaveLength(1);
    expect(second.transitions(arnOf("one"))).toBe(2);
  });

  it("leaves no timer behind when its execution is stopped, or its engine closed", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const engine = open();
    await start(engine, INPUT, "stopped");
    await task.next();
    await start(engine, INPUT, "suspended");
    await task.next();
    const waiting = vi.getTimerCount();

    await engine.stop(arnOf("stopped"));
    await engine.close();
    await new Promise((resolve) => setImmediate(resolve));
    const left = vi.getTimerCount();
    vi.useRealTimers();

    // The timeouts alone would keep a process that was interrupted alive for hours.
    expect({ waiting, left }).toEqual({ waiting: 2, left: 0 });
  });

  it("tells executions apart that wait at once", async () => {
    const engine = open();
    await start(engine, INPUT, "one");
    const one = await task.next();
    await start(engine, INPUT, "other");
    const other = await task.next();

    engine.callbacks.succeed(other, "2");
    engine.callbacks.succeed(one, "1");

    expect(await outputOf(engine, "one")).toMatchObject({ callback: 1 });
    expect(await outputOf(engine, "other")).toMatchObject({ callback: 2 });
  });

  it.each([0, -1, 1.5, "60", null, 2_147_484])(
    "fails for good with the timeout %j",
    async (waitSeconds) => {
      const engine = open();

      await start(engine, { id: 7, check: { waitSeconds } });

      expect(await engine.ended(arnOf("one"))).toMatchObject({
        status: "FAILED",
        error: "States.Runtime",
        cause: expect.stringContaining("$.check.waitSeconds"),
      });
      expect(task.tokens).toEqual([]);
    },
  );

  it.each([[{}], [[]], ["text"]])("fails for good without a timeout in %j", async (input) => {
    const engine = open();

    await start(engine, input);

    expect(await engine.ended(arnOf("one"))).toMatchObject({ error: "States.Runtime" });
  });
});

describe("a token", () => {
  const TIMED_OUT = expect.objectContaining({ name: "TaskTimedOut" });

  it("is good for one callback", async () => {
    const engine = open();
    await start(engine);
    const token = await task.next();
    engine.callbacks.succeed(token, "{}");

    const again = [
      () => engine.callbacks.succeed(token, "{}"),
      () => engine.callbacks.fail(token, "Late"),
    ];

    for (const callback of again) expect(callback).toThrow(TIMED_OUT);
  });

  it("is of no use once its execution was stopped", async () => {
    const engine = open();
    await start(engine);
    const token = await task.next();

    await engine.stop(arnOf("one"));

    expect(() => engine.callbacks.succeed(token, "{}")).toThrow(TIMED_OUT);
    expect(await engine.describe(arnOf("one"))).toMatchObject({ status: "ABORTED" });
  });

  it("must look like one", () => {
    const sending = () => open().callbacks.succeed("made up", "{}");

    expect(sending).toThrow(expect.objectContaining({ name: "InvalidToken" }));
  });

  it("is kept for a better callback when the output is not JSON", async () => {
    const engine = open();
    await start(engine);
    const token = await task.next();

    expect(() => engine.callbacks.succeed(token, "{")).toThrow(
      expect.objectContaining({ name: "InvalidOutput" }),
    );

    engine.callbacks.succeed(token, "[]");
    expect(await outputOf(engine)).toMatchObject({ callback: [] });
  });
});

describe("a callback in virtual time", () => {
  let clock: VirtualClock;

  beforeEach(() => {
    clock = installVirtualClock({ start: START });
  });
  afterEach(() => clock.uninstall());

  const elapsed = () => (clock.now() - START) / 1000;

  it("that never comes ends the task with States.Timeout, and its token with it", async () => {
    const engine = engineOf(definitionOf(), { [AWAIT]: clock.task(task.handle) });

    await clock.runUntil(start(engine));
    const output = await clock.runUntil(outputOf(engine));

    expect(output).toMatchObject({ error: { Error: "States.Timeout" } });
    expect(elapsed()).toBe(6000);
    expect(() => engine.callbacks.succeed(task.tokens[0] ?? "", "{}")).toThrow(
      expect.objectContaining({ name: "TaskTimedOut" }),
    );
  });

  it("that comes in time ends the task then", async () => {
    const engine = engineOf(definitionOf(), { [AWAIT]: clock.task(task.handle) });
    await clock.runUntil(start(engine));
    setTimeout(() => engine.callbacks.succeed(task.tokens[0] ?? "", "{}"), 5_999_999);

    const output = await clock.runUntil(outputOf(engine));

    expect(output).toHaveProperty("callback");
    expect(elapsed()).toBe(5999.999);
  });

  it("may be waited for no longer than a fixed time too", async () => {
    const work = vi.fn(clock.task(task.handle));
    const { TimeoutSecondsPath: _path, ...fixed } = definitionOf().States.Await;
    const definition = {
      ...definitionOf(),
      States: { ...definitionOf().States, Await: { ...fixed, TimeoutSeconds: 45 } },
    };
    const engine = engineOf(definition, { [AWAIT]: work });

    await clock.runUntil(start(engine));
    await clock.runUntil(outputOf(engine));

    expect(work).toHaveBeenCalledOnce();
    expect(elapsed()).toBe(45);
  });
});

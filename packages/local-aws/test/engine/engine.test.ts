import { describe, expect, it, vi } from "vitest";
import { TaskFailure } from "../../src/engine/task.ts";
import {
  arnOf,
  engineOf,
  MACHINE_ARN,
  memoryStore,
  oneTask,
  POLLING_MACHINE,
  task,
} from "./harness.ts";

const start = (name: string, input: unknown = {}) => ({
  stateMachineArn: MACHINE_ARN,
  name,
  input: JSON.stringify(input),
});

describe("an execution", () => {
  it("succeeds with the output of its last state", async () => {
    const engine = engineOf(oneTask(), { work: async (input) => ({ got: input }) });

    const { executionArn, startDate } = await engine.start(start("one", { id: 7 }));
    const ended = await engine.ended(executionArn);

    expect(executionArn).toBe(arnOf("one"));
    expect(ended).toEqual({
      executionArn,
      stateMachineArn: MACHINE_ARN,
      name: "one",
      status: "SUCCEEDED",
      startDate,
      stopDate: expect.any(Date),
      input: '{"id":7}',
      output: '{"got":{"id":7}}',
    });
  });

  it("is running until then", async () => {
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const engine = engineOf(oneTask(), {
      work: async () => {
        entered.resolve();
        await leave.promise;
      },
    });
    await engine.start(start("one"));
    await entered.promise;

    const running = await engine.describe(arnOf("one"));

    expect(running?.status).toBe("RUNNING");
    expect(running).not.toHaveProperty("stopDate");
    leave.resolve();
    expect((await engine.ended(arnOf("one")))?.output).toBe("null");
  });

  it("fails with the error's name and cause when a task does and nothing catches it", async () => {
    const engine = engineOf(oneTask(), {
      work: async () => {
        throw new TaskFailure("TrackingFault", '{"errorType":"TrackingFault"}');
      },
    });

    await engine.start(start("one"));
    const ended = await engine.ended(arnOf("one"));

    expect(ended).toMatchObject({
      status: "FAILED",
      error: "TrackingFault",
      cause: '{"errorType":"TrackingFault"}',
    });
    expect(ended).not.toHaveProperty("output");
  });

  it("fails with what a task threw, even when it is not an Error", async () => {
    const engine = engineOf(oneTask(), { work: () => Promise.reject("only text") });

    await engine.start(start("one"));

    expect(await engine.ended(arnOf("one"))).toMatchObject({
      status: "FAILED",
      error: "Error",
      cause: "only text",
    });
  });

  it("fails as its Fail state says", async () => {
    const definition = {
      StartAt: "Broken",
      States: { Broken: { Type: "Fail", Error: "Broken", Cause: "as told" } },
    };
    const engine = engineOf(definition);

    await engine.start(start("one"));

    expect(await engine.ended(arnOf("one"))).toMatchObject({
      status: "FAILED",
      error: "Broken",
      cause: "as told",
    });
  });

  it("fails with States.DataLimitExceeded when a state gives more than 256 KiB", async () => {
    const engine = engineOf(oneTask({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Work" }] }), {
      work: async () => "x".repeat(256 * 1024),
    });

    await engine.start(start("one"));

    expect(await engine.ended(arnOf("one"))).toMatchObject({
      status: "FAILED",
      error: "States.DataLimitExceeded",
    });
  });

  it("gives a catcher the error's name and cause, at its ResultPath", async () => {
    const definition = {
      StartAt: "Work",
      States: {
        Work: task("work", {
          Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Caught" }],
          End: true,
        }),
        Caught: { Type: "Pass", End: true },
      },
    };
    const cause = JSON.stringify({ errorType: "NotAVideo", errorMessage: "html", trace: [] });
    const engine = engineOf(definition, {
      work: async () => {
        throw new TaskFailure("NotAVideo", cause);
      },
    });

    await engine.start(start("one", { id: 7 }));
    const ended = await engine.ended(arnOf("one"));

    expect(JSON.parse(ended?.output ?? "")).toEqual({
      id: 7,
      error: { Error: "NotAVideo", Cause: cause },
    });
  });

  it("fails for good with States.Runtime: no retrier or catcher of all errors matches it", async () => {
    const work = vi.fn(async () => {
      throw new TaskFailure("States.Runtime", "wrong parameters");
    });
    const all = ["States.ALL"];
    const engine = engineOf(
      oneTask({ Retry: [{ ErrorEquals: all }], Catch: [{ ErrorEquals: all, Next: "Work" }] }),
      { work },
    );

    await engine.start(start("one"));

    expect(await engine.ended(arnOf("one"))).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
    });
    expect(work).toHaveBeenCalledOnce();
  });

  it("may lead from a state to the same state again", async () => {
    const definition = {
      StartAt: "Work",
      States: {
        Work: task("work", {
          Catch: [{ ErrorEquals: ["Again"], Next: "Work", ResultPath: "$.error" }],
          End: true,
        }),
      },
    };
    const seen: unknown[] = [];
    const engine = engineOf(definition, {
      work: async (input) => {
        seen.push(input);
        if (seen.length === 1) throw new TaskFailure("Again", "once more");
        return "done";
      },
    });

    await engine.start(start("one", {}));
    const ended = await engine.ended(arnOf("one"));

    expect(ended?.output).toBe('"done"');
    expect(seen).toEqual([{}, { error: { Error: "Again", Cause: "once more" } }]);
    expect(engine.transitions(arnOf("one"))).toBe(2);
  });

  it("sees its ARN, name, input and start time in the context", async () => {
    const definition = {
      StartAt: "First",
      States: {
        First: { Type: "Pass", Result: { changed: true }, Next: "Poll" },
        Poll: {
          Type: "Pass",
          Parameters: {
            "id.$": "$$.Execution.Id",
            nested: [{ "name.$": "$$.Execution.Name" }],
            "input.$": "$$.Execution.Input.id",
            "startTime.$": "$$.Execution.StartTime",
          },
          End: true,
        },
      },
    };
    const engine = engineOf(definition);

    const { startDate } = await engine.start(start("one", { id: 7 }));
    const ended = await engine.ended(arnOf("one"));

    expect(JSON.parse(ended?.output ?? "")).toEqual({
      id: arnOf("one"),
      nested: [{ name: "one" }],
      input: 7,
      startTime: startDate.toISOString(),
    });
  });

  it("hands each task the ARNs of the execution and of its machine", async () => {
    const work = vi.fn(async () => null);
    const engine = engineOf(oneTask(), { work });

    await engine.start(start("one", "input"));
    await engine.ended(arnOf("one"));

    expect(work).toHaveBeenCalledWith("input", {
      executionArn: arnOf("one"),
      stateMachineArn: MACHINE_ARN,
    });
  });

  it("tells of every transition in order, and counts those that are billed", async () => {
    const heard: string[] = [];
    const answers = [{ done: false, waitSeconds: 0, polls: 0 }, { done: true }];
    const engine = engineOf(
      POLLING_MACHINE,
      { check: async () => answers.shift() },
      {
        onTransition: (arn, state, type) => heard.push(`${arn === arnOf("one")} ${state} ${type}`),
      },
    );

    await engine.start(start("one"));
    await engine.ended(arnOf("one"));

    const visited = ["Begin", "Check", "Judge", "Wait", "Check", "Judge", "Done"];
    expect(heard).toEqual(
      visited.flatMap((state) => [`true ${state} StateEntered`, `true ${state} StateExited`]),
    );
    expect(engine.transitions(arnOf("one"))).toBe(visited.length);
  });
});

describe("start", () => {
  it("refuses a name that is taken, even when both ask at once", async () => {
    const engine = engineOf(oneTask(), { work: async () => null });

    const [first, second] = await Promise.allSettled([
      engine.start(start("one")),
      engine.start(start("one")),
    ]);

    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { name: "ExecutionAlreadyExists" } });
  });

  it("refuses another machine's ARN", async () => {
    const engine = engineOf(oneTask(), { work: async () => null });

    const starting = engine.start({ ...start("one"), stateMachineArn: "arn:other" });

    await expect(starting).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
  });

  it.each(["../up", "", "a b", "x".repeat(81)])("refuses the name %j", async (name) => {
    const engine = engineOf(oneTask(), { work: async () => null });

    await expect(engine.start(start(name))).rejects.toMatchObject({ name: "InvalidName" });
  });

  it("runs nothing that could not be kept, and may be tried again", async () => {
    const work = vi.fn(async () => null);
    const store = memoryStore();
    const save = vi.spyOn(store, "save").mockRejectedValueOnce(new Error("disk full"));
    const engine = engineOf(oneTask(), { work }, { store });

    await expect(engine.start(start("one"))).rejects.toThrow("disk full");
    expect(work).not.toHaveBeenCalled();

    save.mockRestore();
    await engine.start(start("one"));
    expect((await engine.ended(arnOf("one")))?.status).toBe("SUCCEEDED");
  });
});

describe("stop", () => {
  it("aborts a running execution with the reason, and ignores the result of its task", async () => {
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const heard: string[] = [];
    const engine = engineOf(
      oneTask({ Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 3 }] }),
      {
        work: async () => {
          entered.resolve();
          await leave.promise;
        },
      },
      { onTransition: (_arn, _state, type) => heard.push(type) },
    );
    await engine.start(start("one"));
    await entered.promise;

    const stopDate = await engine.stop(arnOf("one"), "Cancelled", "by hand");
    leave.resolve();

    expect(stopDate).toBeInstanceOf(Date);
    expect(await engine.ended(arnOf("one"))).toMatchObject({
      status: "ABORTED",
      error: "Cancelled",
      cause: "by hand",
      stopDate,
    });
    expect(heard).toEqual(["StateEntered"]);
  });

  it("ends a wait at once, and needs no reason", async () => {
    const waiting = Promise.withResolvers<void>();
    const definition = {
      StartAt: "Wait",
      States: { Wait: { Type: "Wait", Seconds: 3600, End: true } },
    };
    const engine = engineOf(definition, {}, { onTransition: () => waiting.resolve() });
    await engine.start(start("one"));
    await waiting.promise;

    await engine.stop(arnOf("one"));

    const ended = await engine.describe(arnOf("one"));
    expect(ended?.status).toBe("ABORTED");
    expect(ended).not.toHaveProperty("error");
  });

  it("leaves an ended execution as it is", async () => {
    const engine = engineOf(oneTask(), { work: async () => null });
    await engine.start(start("one"));
    const ended = await engine.ended(arnOf("one"));

    const stopDate = await engine.stop(arnOf("one"));

    expect(stopDate).toEqual(ended?.stopDate);
    expect(await engine.describe(arnOf("one"))).toEqual(ended);
  });

  it("does not try a task again that was waiting for its next attempt", async () => {
    const failed = Promise.withResolvers<void>();
    const work = vi.fn(async () => {
      throw new TaskFailure("Flaky", "");
    });
    const engine = engineOf(
      oneTask({ Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 3600 }] }),
      { work },
      { onTransition: (_arn, _state, type) => type === "StateFailed" && failed.resolve() },
    );
    await engine.start(start("one"));
    await failed.promise;

    await engine.stop(arnOf("one"));
    await new Promise((resolve) => setImmediate(resolve));

    expect(work).toHaveBeenCalledOnce();
  });
});

describe("an execution that nobody started", () => {
  it("is unknown to every question", async () => {
    const engine = engineOf(oneTask(), { work: async () => null });

    expect(await engine.describe(arnOf("none"))).toBeUndefined();
    expect(await engine.ended(arnOf("none"))).toBeUndefined();
    expect(await engine.stop(arnOf("none"))).toBeUndefined();
    expect(engine.transitions(arnOf("none"))).toBe(0);
  });
});

describe("list", () => {
  it("gives all executions, the latest first, or those of one status", async () => {
    const engine = engineOf(oneTask(), {
      work: async (input) => {
        if (input === "fail") throw new TaskFailure("Broken", "");
      },
    });
    await engine.start(start("good", "succeed"));
    await engine.ended(arnOf("good"));
    await vi.waitUntil(async () => {
      const [good] = await engine.list({});
      return good !== undefined && Date.now() > good.startDate.getTime();
    }, 180_000);
    await engine.start(start("bad", "fail"));
    await engine.ended(arnOf("bad"));

    const all = await engine.list({});
    const failed = await engine.list({ statusFilter: "FAILED" });

    expect(all.map(({ name }) => name)).toEqual(["bad", "good"]);
    expect(failed.map(({ name }) => name)).toEqual(["bad"]);
  });
});

import { describe, expect, it, vi } from "vitest";
import { TaskFailure } from "../../src/engine/task.ts";
import { arnOf, engineOf, MACHINE_ARN, memoryStore, oneTask, task } from "./harness.ts";

const START = { stateMachineArn: MACHINE_ARN, name: "one", input: '{"id":7}' };

/** A first step that always does, and a second that fails until it is mended. */
function twoSteps() {
  const log: string[] = [];
  const faults: Error[] = [];
  const definition = {
    StartAt: "First",
    States: {
      First: task("first", { ResultPath: "$.first", Next: "Second" }),
      Second: task("second", { End: true }),
    },
  };
  const tasks = {
    first: async () => {
      log.push("first");
      return "done";
    },
    second: async (input: unknown) => {
      log.push("second");
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      return input;
    },
  };
  return { log, faults, definition, tasks };
}

describe("redrive", () => {
  it("runs a failed execution on from the state that failed, with that state's input", async () => {
    const { log, faults, definition, tasks } = twoSteps();
    faults.push(new TaskFailure("Broken", "why"));
    const engine = engineOf(definition, tasks);
    const { startDate } = await engine.start(START);
    await engine.ended(arnOf("one"));

    const redriveDate = await engine.redrive(arnOf("one"));
    const ended = await engine.ended(arnOf("one"));

    expect(log).toEqual(["first", "second", "second"]);
    expect(ended).toEqual({
      executionArn: arnOf("one"),
      stateMachineArn: MACHINE_ARN,
      name: "one",
      status: "SUCCEEDED",
      startDate,
      stopDate: expect.any(Date),
      input: '{"id":7}',
      output: '{"id":7,"first":"done"}',
      redriveCount: 1,
      redriveDate,
    });
    expect(engine.transitions(arnOf("one"))).toBe(3);
  });

  it("counts, and forgets the reason of the last end", async () => {
    const { faults, definition, tasks } = twoSteps();
    faults.push(new TaskFailure("Broken", "1"), new TaskFailure("Broken", "2"));
    const engine = engineOf(definition, tasks);
    await engine.start(START);
    await engine.ended(arnOf("one"));

    await engine.redrive(arnOf("one"));
    const again = await engine.ended(arnOf("one"));
    await engine.redrive(arnOf("one"));
    const last = await engine.ended(arnOf("one"));

    expect(again).toMatchObject({ status: "FAILED", cause: "2", redriveCount: 1 });
    expect(last).toMatchObject({ status: "SUCCEEDED", redriveCount: 2 });
    expect(last).not.toHaveProperty("error");
  });

  it("runs an aborted execution on", async () => {
    const entered = Promise.withResolvers<void>();
    const work = vi
      .fn(async () => "done")
      .mockImplementationOnce(async () => {
        entered.resolve();
        return new Promise(() => {});
      });
    const engine = engineOf(oneTask(), { work });
    await engine.start(START);
    await entered.promise;
    await engine.stop(arnOf("one"), "Cancelled", "by hand");

    await engine.redrive(arnOf("one"));
    const ended = await engine.ended(arnOf("one"));

    expect(ended).toMatchObject({ status: "SUCCEEDED", output: '"done"' });
    expect(ended).not.toHaveProperty("error");
  });

  it("gives an execution that ran out of time its whole time again", async () => {
    const work = vi.fn(async () => "done").mockImplementationOnce(() => new Promise(() => {}));
    const engine = engineOf({ ...oneTask(), TimeoutSeconds: 1 }, { work });
    await engine.start(START);
    const late = await engine.ended(arnOf("one"));

    await engine.redrive(arnOf("one"));
    const ended = await engine.ended(arnOf("one"));

    expect(late?.status).toBe("TIMED_OUT");
    expect(ended?.status).toBe("SUCCEEDED");
  });

  it("survives the process, as does the count", async () => {
    const { faults, definition, tasks } = twoSteps();
    const texts = new Map<string, string>();
    faults.push(new TaskFailure("Broken", "1"));
    const first = engineOf(definition, tasks, { store: memoryStore(texts) });
    await first.start(START);
    await first.ended(arnOf("one"));
    const second = engineOf(definition, tasks, { store: memoryStore(texts) });
    await second.resume();

    await second.redrive(arnOf("one"));
    await second.ended(arnOf("one"));
    const third = engineOf(definition, tasks, { store: memoryStore(texts) });
    await third.resume();

    expect(await third.describe(arnOf("one"))).toMatchObject({
      status: "SUCCEEDED",
      redriveCount: 1,
      redriveDate: expect.any(Date),
    });
  });

  it("refuses an execution that runs or has succeeded", async () => {
    const leave = Promise.withResolvers<void>();
    const engine = engineOf(oneTask(), { work: () => leave.promise });
    await engine.start(START);

    await expect(engine.redrive(arnOf("one"))).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
      message: "Execution is RUNNING and cannot be redriven",
    });
    leave.resolve();
    await engine.ended(arnOf("one"));
    await expect(engine.redrive(arnOf("one"))).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
      message: "Execution is SUCCEEDED and cannot be redriven",
    });
  });

  it("lets one of two at once through", async () => {
    const { log, faults, definition, tasks } = twoSteps();
    faults.push(new TaskFailure("Broken", ""));
    const engine = engineOf(definition, tasks);
    await engine.start(START);
    await engine.ended(arnOf("one"));

    const both = await Promise.allSettled([
      engine.redrive(arnOf("one")),
      engine.redrive(arnOf("one")),
    ]);
    await engine.ended(arnOf("one"));

    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(log).toEqual(["first", "second", "second"]);
  });

  it("knows no execution that was never started", async () => {
    expect(await engineOf(oneTask(), { work: async () => 1 }).redrive(arnOf("no"))).toBeUndefined();
  });

  it("that could not be kept has not happened", async () => {
    const { log, faults, definition, tasks } = twoSteps();
    faults.push(new TaskFailure("Broken", ""));
    const store = memoryStore();
    const engine = engineOf(definition, tasks, { store });
    await engine.start(START);
    await engine.ended(arnOf("one"));
    vi.spyOn(store, "save").mockRejectedValueOnce(new Error("disk full"));

    await expect(engine.redrive(arnOf("one"))).rejects.toThrow("disk full");
    const after = await engine.describe(arnOf("one"));
    await engine.redrive(arnOf("one"));
    await engine.ended(arnOf("one"));

    expect(after).toMatchObject({ status: "FAILED", error: "Broken" });
    expect(log).toEqual(["first", "second", "second"]);
  });
});

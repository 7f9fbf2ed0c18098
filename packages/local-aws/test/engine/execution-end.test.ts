import { describe, expect, it, vi } from "vitest";
import { TaskFailure } from "../../src/engine/task.ts";
import type { ExecutionDescription } from "../../src/step-functions/workflow-engine.ts";
import { arnOf, engineOf, MACHINE_ARN, memoryStore, oneTask } from "./harness.ts";

const START = { stateMachineArn: MACHINE_ARN, name: "one", input: "{}" };

function listener() {
  return vi.fn<(execution: ExecutionDescription) => Promise<void>>(async () => {});
}

describe("the end of an execution", () => {
  it("is reported once, with everything known about it", async () => {
    const onEnded = listener();
    const engine = engineOf(oneTask(), { work: async () => "done" }, { onEnded });
    await engine.start(START);

    const ended = await engine.ended(arnOf("one"));

    expect(ended?.status).toBe("SUCCEEDED");
    expect(onEnded).toHaveBeenCalledExactlyOnceWith(ended);
  });

  it.each([
    ["FAILED", () => Promise.reject(new TaskFailure("Broken", "why")), 60],
    ["TIMED_OUT", () => new Promise(() => {}), 1],
  ])("is told when it is %s", async (status, work, TimeoutSeconds) => {
    const onEnded = listener();
    const engine = engineOf({ ...oneTask(), TimeoutSeconds }, { work }, { onEnded });
    await engine.start(START);

    await engine.ended(arnOf("one"));

    expect(onEnded).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ status }));
  });

  it("is reported when it was stopped, before the stop is done", async () => {
    const onEnded = listener();
    const work = () => new Promise(() => {});
    const engine = engineOf(oneTask(), { work }, { onEnded });
    await engine.start(START);

    await engine.stop(arnOf("one"), "JobCancelled");

    expect(onEnded).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ status: "ABORTED", error: "JobCancelled" }),
    );
  });

  it("is reported again after each redrive", async () => {
    const onEnded = listener();
    const work = vi.fn(async () => "done").mockRejectedValueOnce(new TaskFailure("Broken", ""));
    const engine = engineOf(oneTask(), { work }, { onEnded });
    await engine.start(START);
    await engine.ended(arnOf("one"));

    await engine.redrive(arnOf("one"));
    await engine.ended(arnOf("one"));

    expect(onEnded.mock.calls.map(([{ status }]) => status)).toEqual(["FAILED", "SUCCEEDED"]);
  });

  it("is not told of an execution that is only suspended", async () => {
    const onEnded = listener();
    const engine = engineOf(oneTask(), { work: () => new Promise(() => {}) }, { onEnded });
    await engine.start(START);

    await engine.close();

    expect(onEnded).not.toHaveBeenCalled();
  });

  it("is reported by the next process when this one was killed too early", async () => {
    const texts = new Map<string, string>();
    const reached = Promise.withResolvers<void>();
    const killed = vi.fn(() => {
      reached.resolve();
      return new Promise<void>(() => {});
    });
    const tasks = { work: async () => "done" };
    const first = engineOf(oneTask(), tasks, { store: memoryStore(texts), onEnded: killed });
    await first.start(START);
    await reached.promise;
    const onEnded = listener();

    const second = engineOf(oneTask(), tasks, { store: memoryStore(texts), onEnded });
    await second.resume();
    const third = engineOf(oneTask(), tasks, { store: memoryStore(texts), onEnded });
    await third.resume();

    expect(onEnded).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ output: '"done"' }));
  });

  it("stays pending while there is no listener", async () => {
    const texts = new Map<string, string>();
    const reached = Promise.withResolvers<void>();
    const killed = () => {
      reached.resolve();
      return new Promise<void>(() => {});
    };
    const tasks = { work: async () => "done" };
    const first = engineOf(oneTask(), tasks, { store: memoryStore(texts), onEnded: killed });
    await first.start(START);
    await reached.promise;
    await engineOf(oneTask(), tasks, { store: memoryStore(texts) }).resume();
    const onEnded = listener();

    await engineOf(oneTask(), tasks, { store: memoryStore(texts), onEnded }).resume();

    expect(onEnded).toHaveBeenCalledOnce();
  });
});

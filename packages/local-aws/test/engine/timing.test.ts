import {
  installVirtualClock,
  type VirtualClock,
} from "@akool-archiver/test-support/virtual-clock.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LocalWorkflowEngine } from "../../src/engine/engine.ts";
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

const START = Date.UTC(2026, 0, 1);

let clock: VirtualClock;

beforeEach(() => {
  clock = installVirtualClock({ start: START });
});
afterEach(() => clock.uninstall());

async function runToEnd(engine: LocalWorkflowEngine, name: string, input: unknown = {}) {
  const run = async () => {
    const { executionArn } = await engine.start({
      stateMachineArn: MACHINE_ARN,
      name,
      input: JSON.stringify(input),
    });
    return engine.ended(executionArn);
  };
  return clock.runUntil(run());
}

/** Seconds of virtual time since the test began. */
const elapsed = () => (clock.now() - START) / 1000;

describe("an execution in virtual time", () => {
  it("that waits 3 × 300 s ends at once, with the right times", async () => {
    const polls: number[] = [];
    const engine = engineOf(POLLING_MACHINE, {
      check: clock.task(async () => {
        polls.push(elapsed());
        return { done: polls.length === 4, waitSeconds: 300, polls: 0 };
      }),
    });

    const ended = await runToEnd(engine, "one");

    expect(polls).toEqual([0, 300, 600, 900]);
    expect(ended?.startDate.toISOString()).toBe("2026-01-01T00:00:00.000Z");
    expect(ended?.stopDate?.toISOString()).toBe("2026-01-01T00:15:00.000Z");
  });

  it("that repeats a task tells each attempt how many came before it, and counts anew in the next state", async () => {
    const Parameters = { "tries.$": "$$.State.RetryCount" };
    const Retry = [
      { ErrorEquals: ["Busy"], MaxAttempts: 2 },
      { ErrorEquals: ["States.ALL"], MaxAttempts: 1 },
    ];
    const definition = {
      StartAt: "First",
      States: {
        First: task("work", { Parameters, Retry, ResultPath: null, Next: "Second" }),
        Second: task("work", { Parameters, Retry, End: true }),
      },
    };
    const failures = ["Busy", "Other", "Busy", undefined, "Busy"];
    const seen: unknown[] = [];
    const work = clock.task(async (parameters: unknown) => {
      seen.push(parameters);
      const name = failures.shift();
      if (name !== undefined) throw new TaskFailure(name, "not now");
      return parameters;
    });
    const engine = engineOf(definition, { work });

    const ended = await runToEnd(engine, "one");

    expect(seen).toEqual([0, 1, 2, 3, 0, 1].map((tries) => ({ tries })));
    expect(ended?.output).toBe('{"tries":1}');
  });

  it("backs off between attempts, and then succeeds", async () => {
    const attempts: number[] = [];
    const retry = {
      ErrorEquals: ["Flaky"],
      IntervalSeconds: 2,
      BackoffRate: 2,
      MaxDelaySeconds: 5,
    };
    const engine = engineOf(oneTask({ Retry: [{ ...retry, MaxAttempts: 4 }] }), {
      work: clock.task(async () => {
        attempts.push(elapsed());
        if (attempts.length < 5) throw new TaskFailure("Flaky", "");
        return "at last";
      }),
    });

    const ended = await runToEnd(engine, "one");

    expect(attempts).toEqual([0, 2, 6, 11, 16]);
    expect(ended?.output).toBe('"at last"');
    expect(engine.transitions(arnOf("one"))).toBe(5);
  });

  it("shares its time with others that run at once", async () => {
    const polls: string[] = [];
    const engine = engineOf(POLLING_MACHINE, {
      check: clock.task(async (parameters) => {
        const { seconds } = Object(parameters).request;
        polls.push(`${seconds} at ${elapsed()}`);
        return { done: elapsed() >= 30, waitSeconds: seconds, polls: 0 };
      }),
    });

    await Promise.all([
      runToEnd(engine, "slow", { seconds: 20 }),
      runToEnd(engine, "quick", { seconds: 15 }),
    ]);

    expect(polls.sort()).toEqual(
      ["15 at 0", "15 at 15", "15 at 30", "20 at 0", "20 at 20", "20 at 40"].sort(),
    );
  });

  it("fails a task with States.Timeout after its TimeoutSeconds", async () => {
    const engine = engineOf(oneTask({ TimeoutSeconds: 45 }), { work: () => new Promise(() => {}) });

    const ended = await runToEnd(engine, "one");

    expect(ended).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    expect(elapsed()).toBe(45);
  });

  it("times out as a whole after the machine's TimeoutSeconds", async () => {
    const definition = {
      StartAt: "Wait",
      TimeoutSeconds: 60,
      States: { Wait: { Type: "Wait", Seconds: 3600, End: true } },
    };

    const ended = await runToEnd(engineOf(definition), "one");

    expect(ended).toMatchObject({ status: "TIMED_OUT", error: "States.Timeout" });
    expect(elapsed()).toBe(60);
  });

  it("times out after months too, which one timer cannot count", async () => {
    const DAY = 24 * 3600;
    const definition = { ...POLLING_MACHINE, TimeoutSeconds: 100 * DAY };
    const check = clock.task(async () => ({
      done: false,
      waitSeconds: 20 * DAY + 1,
      polls: 0,
    }));

    const ended = await runToEnd(engineOf(definition, { check }), "one");

    expect(ended?.status).toBe("TIMED_OUT");
    expect(elapsed()).toBe(100 * DAY);
  });

  it("counts the machine's time from the start, also over a restart", async () => {
    const definition = { ...oneTask({ TimeoutSeconds: 3600 }), TimeoutSeconds: 60 };
    const store = memoryStore();
    const work = () => new Promise(() => {});
    const first = engineOf(definition, { work }, { store });
    await first.start({ stateMachineArn: MACHINE_ARN, name: "one", input: "{}" });
    await first.close();
    await clock.runUntil(new Promise<void>((resolve) => setTimeout(resolve, 40_000)));

    const second = engineOf(definition, { work }, { store });
    const ended = await clock.runUntil(second.resume().then(() => second.ended(arnOf("one"))));

    expect(ended?.status).toBe("TIMED_OUT");
    expect(elapsed()).toBe(60);
  });

  it("is timed out on resumption when its time passed while nothing ran", async () => {
    const definition = { ...oneTask(), TimeoutSeconds: 60 };
    const store = memoryStore();
    const first = engineOf(definition, { work: () => new Promise(() => {}) }, { store });
    await first.start({ stateMachineArn: MACHINE_ARN, name: "one", input: "{}" });
    await first.close();
    await clock.runUntil(new Promise<void>((resolve) => setTimeout(resolve, 3_600_000)));

    const second = engineOf(definition, { work: async () => "too late" }, { store });
    const ended = await clock.runUntil(second.resume().then(() => second.ended(arnOf("one"))));

    expect(ended?.status).toBe("TIMED_OUT");
  });

  it.each([
    [{ waitSeconds: 2_147_484 }, "cannot wait for longer"],
    [{ waitSeconds: -1 }, "integer >= 0"],
    [{ waitSeconds: "5" }, "integer"],
    [{}, "does not point to a value"],
  ])("fails with States.Runtime when told to wait %j", async (answer, cause) => {
    const engine = engineOf(POLLING_MACHINE, {
      check: clock.task(async () => ({ done: false, ...answer })),
    });

    const ended = await runToEnd(engine, "one");

    expect(ended).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    expect(ended?.cause).toContain(cause);
  });
});

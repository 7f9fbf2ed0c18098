import { describe, expect, it } from "vitest";
import type { EngineSettings } from "./harness.ts";
import { arnOf, engineOf, MACHINE_ARN, memoryStore, POLLING_MACHINE, task } from "./harness.ts";

const definition = {
  ...POLLING_MACHINE,
  States: {
    ...POLLING_MACHINE.States,
    Done: task("finish", { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Mend" }], End: true }),
    Mend: task("mend", { End: true }),
  },
};

const EVERY_STEP = ["check 0", "check 1", "check 2", "finish", "mend"];

/** Stands for a process that is killed at its n-th moment: nothing goes on after that. */
class DoomedProcess {
  readonly killed = Promise.withResolvers<"killed">();
  #moments = 0;
  readonly #last: number;

  constructor(last: number) {
    this.#last = last;
  }

  async moment(): Promise<void> {
    this.#moments += 1;
    if (this.#moments < this.#last) return;
    this.killed.resolve("killed");
    await new Promise(() => {});
  }
}

/** The tasks write a log that, like AWS, outlives the process. */
function tasksOf(log: string[], process: DoomedProcess): Parameters<typeof engineOf>[1] {
  const work = async (name: string) => {
    await process.moment();
    log.push(name);
    await process.moment();
  };
  return {
    check: async (parameters) => {
      const { polls } = Object(parameters);
      await work(`check ${polls}`);
      return { done: polls === 2, polls: polls + 1, waitSeconds: 0 };
    },
    finish: async () => {
      await work("finish");
      throw new Error("not yet");
    },
    mend: async () => work("mend"),
  };
}

function storeOf(texts: Map<string, string>, process: DoomedProcess): EngineSettings {
  const store = memoryStore(texts);
  return {
    store: {
      load: store.load,
      async save(record) {
        await process.moment();
        await store.save(record);
        await process.moment();
      },
    },
  };
}

/** @returns whether the process was killed before the execution had ended */
async function runFirstProcess(
  texts: Map<string, string>,
  log: string[],
  lastMoment: number,
): Promise<boolean> {
  const doomed = new DoomedProcess(lastMoment);
  const engine = engineOf(definition, tasksOf(log, doomed), storeOf(texts, doomed));
  const ended = engine
    .start({ stateMachineArn: MACHINE_ARN, name: "one", input: '{"id":7}' })
    .then(() => engine.ended(arnOf("one")));
  return (await Promise.race([ended, doomed.killed.promise])) === "killed";
}

const withoutRepetitions = (log: string[]) => log.filter((name, index) => name !== log[index - 1]);

describe("an execution whose process is killed", () => {
  it("at any moment at all loses no step: it may repeat one, and goes on in order", async () => {
    let moments = 0;
    for (let wasKilled = true; wasKilled; moments += 1) {
      const texts = new Map<string, string>();
      const log: string[] = [];
      wasKilled = await runFirstProcess(texts, log, moments + 1);
      if (texts.size === 0) continue;

      const immortal = new DoomedProcess(Number.POSITIVE_INFINITY);
      const second = engineOf(definition, tasksOf(log, immortal), storeOf(texts, immortal));
      const resumed = await second.resume();
      const ended = await second.ended(arnOf("one"));

      const isOver = !wasKilled || resumed.length === 0;
      expect(isOver || resumed.includes(arnOf("one"))).toBe(true);
      expect(ended, `killed at moment ${moments + 1}`).toMatchObject({
        status: "SUCCEEDED",
        input: '{"id":7}',
      });
      expect(withoutRepetitions(log), `killed at moment ${moments + 1}`).toEqual(EVERY_STEP);
      expect(log.length - EVERY_STEP.length).toBeLessThanOrEqual(1);
    }
    // Two moments for each save and each task: else the loop above proved little.
    expect(moments).toBeGreaterThan(30);
  });
});

describe("resume", () => {
  it("does not sit out the rest of a wait", async () => {
    const store = memoryStore();
    const waiting = Promise.withResolvers<void>();
    const first = engineOf(
      POLLING_MACHINE,
      { check: async () => ({ done: false, waitSeconds: 3600, polls: 1 }) },
      { store, onTransition: (_arn, state) => state === "Wait" && waiting.resolve() },
    );
    await first.start({ stateMachineArn: MACHINE_ARN, name: "one", input: "{}" });
    await waiting.promise;
    await first.close();
    const transitions = first.transitions(arnOf("one"));

    const second = engineOf(
      POLLING_MACHINE,
      { check: async (parameters) => ({ ...Object(parameters), done: true }) },
      { store },
    );
    const resumed = await second.resume();
    const ended = await second.ended(arnOf("one"));

    expect(resumed).toEqual([arnOf("one")]);
    expect(JSON.parse(ended?.output ?? "").check.polls).toBe(1);
    expect(second.transitions(arnOf("one"))).toBe(transitions + 3);
  });

  it("waits again in a Wait state that ends the execution", async () => {
    const store = memoryStore();
    const waiting = {
      StartAt: "Wait",
      States: { Wait: { Type: "Wait", Seconds: 3600, End: true } },
    };
    const first = engineOf(waiting, {}, { store });
    await first.start({ stateMachineArn: MACHINE_ARN, name: "one", input: "{}" });
    await first.close();

    const second = engineOf(waiting, {}, { store });
    await second.resume();

    expect((await second.describe(arnOf("one")))?.status).toBe("RUNNING");
    await second.close();
  });

  it("knows what has ended, gives its facts, and lets the name be taken only once", async () => {
    const store = memoryStore();
    const done = { check: async () => ({ done: true }) };
    const first = engineOf(POLLING_MACHINE, done, { store });
    const { startDate } = await first.start({
      stateMachineArn: MACHINE_ARN,
      name: "one",
      input: "{}",
    });
    const ended = await first.ended(arnOf("one"));

    const second = engineOf(POLLING_MACHINE, done, { store });
    const resumed = await second.resume();

    expect(resumed).toEqual([]);
    expect(await second.describe(arnOf("one"))).toEqual(ended);
    expect(ended?.startDate).toEqual(startDate);
    await expect(
      second.start({ stateMachineArn: MACHINE_ARN, name: "one", input: "{}" }),
    ).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
  });

  it("keeps the execution's true input and start time in the context", async () => {
    const context = { "input.$": "$$.Execution.Input", "start.$": "$$.Execution.StartTime" };
    const definition = {
      StartAt: "First",
      States: {
        First: { Type: "Pass", Result: "other", Next: "Work" },
        Work: task("work", { Parameters: context, End: true }),
      },
    };
    const store = memoryStore();
    const entered = Promise.withResolvers<void>();
    const hang = async () => {
      entered.resolve();
      await new Promise(() => {});
    };
    const first = engineOf(definition, { work: hang }, { store });
    const { startDate } = await first.start({
      stateMachineArn: MACHINE_ARN,
      name: "one",
      input: '{"id":7}',
    });
    await entered.promise;
    await first.close();

    const second = engineOf(definition, { work: async (parameters) => parameters }, { store });
    await second.resume();
    const ended = await second.ended(arnOf("one"));

    expect(JSON.parse(ended?.output ?? "")).toEqual({
      input: { id: 7 },
      start: startDate.toISOString(),
    });
  });

  it("fails an execution whose state the machine no longer has", async () => {
    const store = memoryStore();
    const first = engineOf(
      definition,
      { check: () => new Promise(() => {}), finish: async () => null, mend: async () => null },
      { store },
    );
    await first.start({ stateMachineArn: MACHINE_ARN, name: "one", input: "{}" });
    await first.close();

    const renamed = { StartAt: "Start", States: { Start: { Type: "Succeed" } } };
    const second = engineOf(renamed, {}, { store });
    await second.resume();

    expect(await second.ended(arnOf("one"))).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
      cause: expect.stringContaining("Begin"),
    });
  });
});

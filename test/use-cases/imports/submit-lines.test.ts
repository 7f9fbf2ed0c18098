import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { JobStore } from "#aws/job-store.ts";
import type { ImportLine } from "#domain/imports/import.ts";
import type { Job } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import { type FakeExecutions, fakeExecutions } from "#test/support/executions.ts";
import { acceptedJob, START } from "#test/support/jobs.ts";
import { memoryJobStore } from "#test/support/memory-jobs.ts";
import { LinesNotStarted, submitLines } from "#use-cases/imports/submit-lines.ts";

const ID = "689174694b4dbdd4ab3d28c9";

let jobs: Map<string, Job>;
let executions: FakeExecutions;
let store: JobStore;
beforeEach(() => {
  jobs = new Map();
  executions = fakeExecutions();
  store = memoryJobStore(jobs);
});

const dependenciesOf = () => ({
  store,
  executions,
  now: () => START,
  defaultDeadlineHours: 24,
  eventBusName: "events",
  publish: async () => {},
  enterInLedger: async () => {},
  log: { info: () => {}, warn: () => {}, error: () => {} },
});

const lineOf = (line: number, value: unknown): ImportLine => ({
  line,
  text: JSON.stringify(value),
});
const submit = (lines: ImportLine[], lastTry = false) =>
  submitLines(dependenciesOf(), lines, lastTry);

/** A job with this status whose execution is in this state. */
function known(status: Parameters<typeof conclude>[1] | "accepted", state: "running" | "ended") {
  const execution = executions.arnOf(`${ID}-1`);
  const job = { ...acceptedJob(), videoModelId: ID, execution };
  executions.states.set(execution, state);
  jobs.set(ID, status === "accepted" ? job : conclude(job, status, START));
}

describe("submitting lines", () => {
  it("starts a job with the tags and the deadline of its line", async () => {
    const results = await submit([
      lineOf(4, { videoModelId: ID, tags: { project: "a" }, deadlineHours: 2 }),
    ]);

    expect(results).toEqual([
      { line: 4, videoModelId: ID, outcome: "started", status: "accepted" },
    ]);
    expect(executions.started).toEqual([`${ID}-1`]);
    expect(jobs.get(ID)).toMatchObject({
      tags: { project: "a" },
      deadlineAt: new Date(START + 2 * 3_600_000).toISOString(),
    });
  });

  it("tells of a malformed line, and goes on with the next", async () => {
    const results = await submit([{ line: 1, text: "{" }, lineOf(2, ID)]);

    expect(results).toEqual([
      { line: 1, outcome: "malformed", reason: "the line is not JSON" },
      { line: 2, videoModelId: ID, outcome: "started", status: "accepted" },
    ]);
  });

  it("starts a line once that comes twice", async () => {
    const results = await submit([lineOf(1, ID), lineOf(2, ID)]);

    expect(results.map(({ outcome }) => outcome)).toEqual(["started", "already_followed"]);
    expect(executions.started).toEqual([`${ID}-1`]);
  });

  it.each([
    ["accepted", "running", "already_followed"],
    ["archived", "ended", "archived"],
    ["failed", "ended", "ended"],
    ["timed_out", "ended", "ended"],
    ["cancelled", "ended", "ended"],
  ] as const)("leaves a job that is %s, its execution %s: %s", async (status, state, outcome) => {
    known(status, state);

    const results = await submit([lineOf(1, ID)]);

    expect(results).toEqual([{ line: 1, videoModelId: ID, outcome, status }]);
    expect(executions.started).toEqual([]);
  });

  it("begins a job anew whose execution has died", async () => {
    known("accepted", "ended");

    const [result] = await submit([lineOf(1, ID)]);

    expect(result?.outcome).toBe("started");
    expect(executions.started).toEqual([`${ID}-2`]);
  });
});

describe("a line that cannot be started", () => {
  const OTHER = "689174694b4dbdd4ab3d28ca";
  beforeEach(() => {
    const { get } = store;
    store = {
      ...store,
      async get(id) {
        if (id === ID) throw new RangeError("out of reach");
        return get(id);
      },
    };
  });

  it("fails the batch, after all others were started", async () => {
    const submitting = submit([lineOf(1, ID), lineOf(2, OTHER)]);

    await expect(submitting).rejects.toThrow(new LinesNotStarted("lines 1: RangeError"));
    expect(executions.started).toEqual([`${OTHER}-1`]);
  });

  it("is reported at the last try", async () => {
    const results = await submit([lineOf(1, ID), lineOf(2, OTHER)], true);

    expect(results).toEqual([
      { line: 1, videoModelId: ID, outcome: "not_started", reason: "RangeError" },
      { line: 2, videoModelId: OTHER, outcome: "started", status: "accepted" },
    ]);
  });
});

/** Stands for a function that is killed at its n-th call of a service: nothing goes on after that. */
class Killed extends Error {}

function killedAt(moments: number) {
  let left = moments;
  const moment = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    if (left-- === 0) throw new Killed();
    const result = await call();
    if (left-- === 0) throw new Killed();
    return result;
  };
  const dependencies = dependenciesOf();
  return {
    ...dependencies,
    store: {
      ...dependencies.store,
      get: (id: string) => moment(() => dependencies.store.get(id)),
      create: (job: Job) => moment(() => dependencies.store.create(job)),
      replace: (read: Job, next: Job) => moment(() => dependencies.store.replace(read, next)),
    },
    executions: {
      ...dependencies.executions,
      start: (name: string, id: string) => moment(() => dependencies.executions.start(name, id)),
    },
  };
}

describe("an import that is killed and repeated", () => {
  const idOf = (number: number) => `video-${String(number).padStart(8, "0")}`;
  const idsOfLines = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
  const kills = fc.array(fc.nat(60), { maxLength: 4 });

  it("loses no line and starts none twice, wherever it is killed", async () => {
    await fc.assert(
      fc.asyncProperty(idsOfLines, kills, fc.boolean(), async (numbers, moments, alongside) => {
        jobs = new Map();
        executions = fakeExecutions();
        store = memoryJobStore(jobs);
        const lines = numbers.map((number, index) => lineOf(index + 1, idOf(number)));
        for (const kill of moments) await submitLines(killedAt(kill), lines, false).catch(() => {});

        // Two at once: the function may be invoked again while the first still runs.
        const runs = await Promise.all([submit(lines), ...(alongside ? [submit(lines)] : [])]);

        const wanted = [...new Set(numbers.map((number) => `${idOf(number)}-1`))];
        expect(executions.started.toSorted()).toEqual(wanted.toSorted());
        expect(jobs.size).toBe(wanted.length);
        for (const results of runs) {
          expect(results.map(({ line }) => line)).toEqual(lines.map(({ line }) => line));
        }
      }),
      { numRuns: 500 },
    );
  });
});

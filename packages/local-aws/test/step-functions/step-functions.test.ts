import {
  DescribeExecutionCommand,
  InvalidOutput,
  InvalidToken,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateListExecutions,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  type StartExecutionCommandInput,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TaskTokens } from "../../src/engine/task-tokens.ts";
import type { LocalServer } from "../../src/http/local-server.ts";
import { ExecutionNotRedrivable, redriveObstacle } from "../../src/step-functions/redrive.ts";
import { startStepFunctions } from "../../src/step-functions/step-functions.ts";
import {
  type ExecutionDescription,
  type ExecutionFilter,
  executionArnOf,
  type StartInput,
  type WorkflowEngine,
} from "../../src/step-functions/workflow-engine.ts";

const MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:tracking";
const OTHER_MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:other";
const EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:tracking";
const STARTED = Date.UTC(2026, 10, 22, 9, 44, 8, 250);

/** An engine whose executions run until they are told to end. */
class IdleEngine implements WorkflowEngine {
  readonly executions = new Map<string, ExecutionDescription>();
  readonly callbacks: TaskTokens | undefined;

  constructor(callbacks?: TaskTokens) {
    this.callbacks = callbacks;
  }

  async start({ stateMachineArn, name, input }: StartInput) {
    const executionArn = executionArnOf(stateMachineArn, name);
    const startDate = new Date(STARTED + this.executions.size * 1000);
    // A turn of the event loop, as any real engine needs one to write its first checkpoint.
    await new Promise(setImmediate);
    const status = "RUNNING";
    const execution = { executionArn, stateMachineArn, name, status, startDate, input } as const;
    this.executions.set(executionArn, execution);
    return { executionArn, startDate };
  }

  async describe(executionArn: string) {
    return this.executions.get(executionArn);
  }

  async stop(executionArn: string, error?: string, cause?: string) {
    const stopDate = new Date(STARTED + 60_000);
    const reason = { ...(error && { error }), ...(cause && { cause }) };
    return this.end(executionArn, { status: "ABORTED", stopDate, ...reason })
      ? stopDate
      : undefined;
  }

  async redrive(executionArn: string) {
    const ended = this.executions.get(executionArn);
    if (ended === undefined) return undefined;
    const redriveDate = new Date(STARTED + 120_000);
    const obstacle = redriveObstacle(ended, redriveDate.getTime());
    if (obstacle !== undefined) throw new ExecutionNotRedrivable(obstacle);
    const redriveCount = (ended.redriveCount ?? 0) + 1;
    this.end(executionArn, { status: "RUNNING", redriveDate, redriveCount });
    return redriveDate;
  }

  async list({ statusFilter }: ExecutionFilter) {
    return [...this.executions.values()].filter(
      ({ status }) => statusFilter === undefined || status === statusFilter,
    );
  }

  end(executionArn: string, outcome: Partial<ExecutionDescription>): boolean {
    const execution = this.executions.get(executionArn);
    if (execution !== undefined) {
      this.executions.set(executionArn, { ...execution, ...outcome });
    }
    return execution !== undefined;
  }
}

let tokens: TaskTokens;
let engine: IdleEngine;
let server: LocalServer;
let client: SFNClient;

beforeEach(async () => {
  tokens = new TaskTokens();
  await open(new IdleEngine(tokens));
});

afterEach(close);

async function open(served: IdleEngine) {
  engine = served;
  server = await startStepFunctions({ engine, stateMachineArns: [MACHINE, OTHER_MACHINE] });
  client = new SFNClient({
    endpoint: server.endpoint,
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}

async function close() {
  client.destroy();
  await server.close();
}

function start(input: Partial<StartExecutionCommandInput> = {}) {
  return client.send(new StartExecutionCommand({ stateMachineArn: MACHINE, ...input }));
}

function describeExecution(executionArn: string) {
  return client.send(new DescribeExecutionCommand({ executionArn }));
}

describe("StartExecution", () => {
  test("hands name and input to the engine", async () => {
    const answer = await start({ name: "job-1", input: '{"a":1}' });

    expect(answer.executionArn).toBe(`${EXECUTION}:job-1`);
    expect(answer.startDate).toEqual(new Date(STARTED));
    expect(engine.executions.get(`${EXECUTION}:job-1`)?.input).toBe('{"a":1}');
  });

  test("makes a name and an empty input where there are none", async () => {
    const { executionArn = "" } = await start();

    expect(executionArn).toMatch(/:[0-9a-f-]{36}$/);
    expect(engine.executions.get(executionArn)?.input).toBe("{}");
  });

  test("answers the running execution of the same name and input", async () => {
    const first = await start({ name: "job-1", input: '{"a":1}' });

    const second = await start({ name: "job-1", input: '{"a":1}' });

    expect(second).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
    expect(engine.executions.size).toBe(1);
  });

  test("starts one execution when it is asked several times at once", async () => {
    const both = await Promise.all([start({ name: "job-1" }), start({ name: "job-1" })]);

    expect(new Set(both.map(({ startDate }) => startDate?.getTime())).size).toBe(1);
  });

  test("refuses a name that is taken by another input", async () => {
    await start({ name: "job-1", input: '{"a":1}' });

    await expect(start({ name: "job-1", input: '{"a":2}' })).rejects.toMatchObject({
      name: "ExecutionAlreadyExists",
    });
  });

  test("refuses a name whose execution has ended, whatever the input", async () => {
    const { executionArn = "" } = await start({ name: "job-1" });
    engine.end(executionArn, { status: "SUCCEEDED" });

    await expect(start({ name: "job-1" })).rejects.toMatchObject({
      name: "ExecutionAlreadyExists",
    });
  });

  test.each([
    ["an input that is no JSON", { input: "{" }, "InvalidExecutionInput"],
    ["too long an input", { input: `"${"ä".repeat(131_072)}"` }, "InvalidExecutionInput"],
    ["an unknown machine", { stateMachineArn: `${MACHINE}2` }, "StateMachineDoesNotExist"],
    ["a name with white space", { name: "job 1" }, "InvalidName"],
    ["a name with a slash", { name: "job/1" }, "InvalidName"],
    ["a name of 81 characters", { name: "x".repeat(81) }, "ValidationException"],
    ["a trace header, which has no use here", { traceHeader: "x" }, "ValidationException"],
  ])("refuses %s", async (_what, input, name) => {
    await expect(start(input)).rejects.toMatchObject({ name });

    expect(engine.executions.size).toBe(0);
  });
});

describe("DescribeExecution", () => {
  test("tells of a running execution", async () => {
    await start({ name: "job-1", input: '{"a":1}' });

    const answer = await describeExecution(`${EXECUTION}:job-1`);

    expect(answer).toMatchObject({
      executionArn: `${EXECUTION}:job-1`,
      stateMachineArn: MACHINE,
      name: "job-1",
      status: "RUNNING",
      startDate: new Date(STARTED),
      input: '{"a":1}',
      inputDetails: { included: true },
    });
    expect(answer.stopDate).toBeUndefined();
    expect(answer.outputDetails).toBeUndefined();
  });

  test("tells of an ended execution", async () => {
    const { executionArn = "" } = await start();
    const stopDate = new Date(STARTED + 5);
    engine.end(executionArn, { status: "SUCCEEDED", output: "{}", stopDate });

    const answer = await describeExecution(executionArn);

    expect(answer).toMatchObject({ status: "SUCCEEDED", output: "{}", stopDate });
  });

  test("knows no other", async () => {
    await expect(describeExecution(`${EXECUTION}:x`)).rejects.toMatchObject({
      name: "ExecutionDoesNotExist",
    });
  });
});

describe("StopExecution", () => {
  test("ends an execution with its reason", async () => {
    const { executionArn = "" } = await start();
    const reason = { error: "Cancelled", cause: "by hand" };

    const answer = await client.send(new StopExecutionCommand({ executionArn, ...reason }));

    expect(answer.stopDate).toEqual(new Date(STARTED + 60_000));
    expect(await describeExecution(executionArn)).toMatchObject({ status: "ABORTED", ...reason });
  });

  test("knows no other", async () => {
    const sending = client.send(new StopExecutionCommand({ executionArn: `${EXECUTION}:x` }));

    await expect(sending).rejects.toMatchObject({ name: "ExecutionDoesNotExist" });
  });
});

describe("ListExecutions", () => {
  beforeEach(async () => {
    for (const name of ["one", "two", "three"]) {
      await start({ name });
    }
    await start({ stateMachineArn: OTHER_MACHINE, name: "four" });
    engine.end(`${EXECUTION}:two`, { status: "FAILED", stopDate: new Date(STARTED) });
  });

  function list(more: object = {}) {
    return client.send(new ListExecutionsCommand({ stateMachineArn: MACHINE, ...more }));
  }

  test("shows a machine's executions, the newest first", async () => {
    const answer = await list({ maxResults: 0 });

    expect(answer.executions?.map(({ name }) => name)).toEqual(["three", "two", "one"]);
    expect(answer.executions?.[1]?.stopDate).toEqual(new Date(STARTED));
    expect(answer.nextToken).toBeUndefined();
  });

  test("shows those of one status", async () => {
    const answer = await list({ statusFilter: "FAILED" });

    expect(answer.executions?.map(({ name }) => name)).toEqual(["two"]);
  });

  test("shows nothing of a machine that never ran", async () => {
    engine.executions.clear();

    expect((await list()).executions).toEqual([]);
  });

  test("turns pages", async () => {
    const names: (string | undefined)[][] = [];

    const pages = paginateListExecutions({ client, pageSize: 2 }, { stateMachineArn: MACHINE });
    for await (const page of pages) {
      names.push((page.executions ?? []).map(({ name }) => name));
    }

    expect(names).toEqual([["three", "two"], ["one"]]);
  });

  test.each([
    ["a token that it did not give", { nextToken: "x" }, "InvalidToken"],
    ["an unknown machine", { stateMachineArn: "arn:x" }, "StateMachineDoesNotExist"],
    [
      "a status that does not exist here",
      { statusFilter: "PENDING_REDRIVE" },
      "ValidationException",
    ],
    ["a filter on redrives", { redriveFilter: "REDRIVEN" }, "ValidationException"],
  ])("refuses %s", async (_what, more, name) => {
    await expect(list(more)).rejects.toMatchObject({ name });
  });
});

test("a failure of the engine is a failure of the service", async () => {
  engine.describe = () => Promise.reject(new Error("disk full"));

  await expect(describeExecution(EXECUTION)).rejects.toMatchObject({
    name: "InternalFailure",
    message: expect.stringContaining("disk full"),
  });
});

describe("RedriveExecution", () => {
  const redrive = (clientToken?: string) =>
    client.send(
      new RedriveExecutionCommand({
        executionArn: `${EXECUTION}:one`,
        ...(clientToken && { clientToken }),
      }),
    );

  test.each(["FAILED", "TIMED_OUT", "ABORTED"] as const)(
    "makes an execution that ended %s run again",
    async (status) => {
      await start({ name: "one" });
      engine.end(`${EXECUTION}:one`, { status, stopDate: new Date() });

      const before = await describeExecution(`${EXECUTION}:one`);
      const { redriveDate } = await redrive();
      const after = await describeExecution(`${EXECUTION}:one`);

      expect(before).toMatchObject({ redriveStatus: "REDRIVABLE", redriveCount: 0 });
      expect(before).not.toHaveProperty("redriveDate");
      expect(redriveDate).toEqual(new Date(STARTED + 120_000));
      expect(after).toMatchObject({
        status: "RUNNING",
        redriveCount: 1,
        redriveDate,
        redriveStatus: "NOT_REDRIVABLE",
        redriveStatusReason: "Execution is RUNNING and cannot be redriven",
      });
    },
  );

  test.each(["RUNNING", "SUCCEEDED"] as const)("refuses one that is %s", async (status) => {
    await start({ name: "one" });
    engine.end(`${EXECUTION}:one`, { status });

    await expect(redrive()).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
      message: `Execution is ${status} and cannot be redriven`,
    });
  });

  test("refuses one that ended more than 14 days ago", async () => {
    await start({ name: "one" });
    const stopDate = new Date(STARTED - 14 * 86_400_000);
    engine.end(`${EXECUTION}:one`, { status: "FAILED", stopDate });

    await expect(redrive()).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
      message: "Execution redrivable period exceeded",
    });
  });

  test("refuses one that does not exist", async () => {
    await expect(redrive()).rejects.toMatchObject({ name: "ExecutionDoesNotExist" });
  });

  test("answers a repeated request as the first, and a new one on its own", async () => {
    await start({ name: "one" });
    engine.end(`${EXECUTION}:one`, { status: "FAILED", stopDate: new Date() });

    const first = await redrive("token");
    const repeated = await redrive("token");

    expect(repeated.redriveDate).toEqual(first.redriveDate);
    expect(engine.executions.get(`${EXECUTION}:one`)?.redriveCount).toBe(1);
    await expect(redrive("other")).rejects.toMatchObject({ name: "ExecutionNotRedrivable" });
  });

  test("reports the engine's failure", async () => {
    engine.redrive = () => Promise.reject(new Error("disk full"));

    await expect(redrive()).rejects.toMatchObject({ name: "InternalFailure" });
  });
});

describe("a task's callback", () => {
  const succeed = (taskToken: string, output = "{}") =>
    client.send(new SendTaskSuccessCommand({ taskToken, output }));
  const fail = (taskToken: string) =>
    client.send(new SendTaskFailureCommand({ taskToken, error: "Refused", cause: "by hand" }));

  test("of success hands the output to the task", async () => {
    const { token, outcome } = tokens.issue();

    await succeed(token, '{"a":1}');

    expect(await outcome).toEqual({ a: 1 });
  });

  test("of failure hands the error and its cause to the task", async () => {
    const { token, outcome } = tokens.issue();

    await fail(token);

    await expect(outcome).rejects.toMatchObject({ name: "Refused", message: "by hand" });
  });

  test("is refused with a token that was used", async () => {
    const { token } = tokens.issue();
    await succeed(token);

    await expect(succeed(token)).rejects.toBeInstanceOf(TaskTimedOut);
    await expect(fail(token)).rejects.toBeInstanceOf(TaskTimedOut);
  });

  test("is refused with another process's token", async () => {
    const { token } = new TaskTokens().issue();

    await expect(succeed(token)).rejects.toBeInstanceOf(TaskDoesNotExist);
  });

  test("is refused with an invalid token", async () => {
    await expect(fail("made up")).rejects.toBeInstanceOf(InvalidToken);
    await expect(succeed("")).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("is refused with an output that is not JSON, or over 262,144 bytes", async () => {
    const { token } = tokens.issue();

    await expect(succeed(token, "{")).rejects.toBeInstanceOf(InvalidOutput);
    await expect(succeed(token, JSON.stringify("é".repeat(131_072)))).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  test("finds no task in an engine whose tasks never wait", async () => {
    await close();
    await open(new IdleEngine());

    await expect(succeed("any")).rejects.toBeInstanceOf(TaskDoesNotExist);
    await expect(fail("any")).rejects.toBeInstanceOf(TaskDoesNotExist);
  });

  test("reports the engine's failure", async () => {
    tokens.succeed = () => expect.fail("broken");

    await expect(succeed("any")).rejects.toMatchObject({ name: "InternalFailure" });
  });
});

test("another operation is refused by name", async () => {
  const sending = client.send(new ListStateMachinesCommand({}));

  await expect(sending).rejects.toMatchObject({
    name: "UnknownOperationException",
    message: expect.stringContaining("ListStateMachines"),
  });
});

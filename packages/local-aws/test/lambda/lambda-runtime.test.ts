import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FunctionError, RuntimeClosed } from "../../src/lambda/function-error.ts";
import { createLambdaRuntime, type LambdaRuntime } from "../../src/lambda/lambda-runtime.ts";
import type { FunctionAsset } from "../../src/template/assembly.ts";

const BUNDLE = fileURLToPath(new URL("../fixtures/functions.mjs", import.meta.url));

const ENOUGH_SECONDS = 20;

function asset(handlerExport: string, settings: Partial<FunctionAsset> = {}): FunctionAsset {
  return {
    logicalId: handlerExport,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${handlerExport}`,
    bundlePath: BUNDLE,
    handlerExport,
    timeoutSeconds: ENOUGH_SECONDS,
    memoryMb: 256,
    environment: {},
    asynchronous: { maxRetryAttempts: 2, maxEventAgeSeconds: 21_600 },
    ...settings,
  };
}

interface LogLine {
  functionName: string;
  line: string;
}

let runtime: LambdaRuntime | undefined;
let lines: LogLine[];
let onLine: () => void;

beforeEach(() => {
  lines = [];
  onLine = () => {};
});
afterEach(() => runtime?.close());

function runtimeOf(
  assets: FunctionAsset[],
  settings: {
    concurrency?: number;
    environments?: number;
    environment?: Record<string, string>;
  } = {},
): LambdaRuntime {
  runtime = createLambdaRuntime({
    functions: new Map(assets.map((it) => [it.logicalId, it])),
    onLog: (functionName, line) => {
      lines.push({ functionName, line });
      onLine();
    },
    ...settings,
  });
  return runtime;
}

/** Resolves once so many lines were logged. */
function linesLogged(count: number): Promise<void> {
  return new Promise((resolve) => {
    onLine = () => {
      if (lines.length >= count) resolve();
    };
    onLine();
  });
}

async function failureOf(call: Promise<unknown>): Promise<FunctionError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof FunctionError) return error;
  throw new Error("The call should have failed with a FunctionError", { cause: error });
}

describe("an invocation", () => {
  it("hands the event to the handler and answers its result, both as JSON", async () => {
    const { invoke } = runtimeOf([asset("echo")]);

    const result = await invoke("echo", { at: new Date(0), gone: undefined });

    expect(result).toEqual({ event: { at: "1970-01-01T00:00:00.000Z" } });
    expect(result).not.toHaveProperty("undefinedIsDropped");
  });

  it("finds the function by its ARN as well", async () => {
    const { invoke } = runtimeOf([asset("echo")]);

    const result = await invoke("arn:aws:lambda:us-east-1:000000000000:function:echo", undefined);

    expect(result).toEqual({ event: null });
  });

  it("answers null when the handler returns nothing", async () => {
    expect(await runtimeOf([asset("nothing")]).invoke("nothing", {})).toBeNull();
  });

  it("runs another invocation in the same environment once the first is over", async () => {
    const { invoke } = runtimeOf([asset("thread")]);

    const first = await invoke("thread", {});
    const second = await invoke("thread", {});

    expect(second).toBe(first);
  });

  it("is refused for a function that does not exist", async () => {
    await expect(runtimeOf([]).invoke("nobody", {})).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("is refused with an event over 6 MB", async () => {
    const call = runtimeOf([asset("echo")]).invoke("echo", "x".repeat(6 * 1024 * 1024));

    await expect(call).rejects.toMatchObject({ name: "RequestTooLargeException" });
  });

  it("sees Lambda's context", async () => {
    const { invoke } = runtimeOf([asset("context")]);

    const context = await invoke("context", {});

    expect(context).toMatchObject({
      functionName: "context",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:context",
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/context",
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      remaining: expect.toSatisfy((ms: number) => ms > 0 && ms <= ENOUGH_SECONDS * 1000),
    });
  });

  it("has the function's memory, and little of it before it is used", async () => {
    const { invoke } = runtimeOf([asset("memory")]);

    expect(await invoke("memory", {})).toMatchObject({
      maxOldGenerationSizeMb: 256,
      maxYoungGenerationSizeMb: 6,
      stripsTypes: false,
    });
  });

  it("sees its own variables and the overrides, and nothing of this process", async () => {
    const { invoke } = runtimeOf([asset("environment", { environment: { A: "own", B: "own" } })], {
      environment: { B: "override" },
    });

    const environment = await invoke("environment", {});

    expect(environment).toMatchObject({
      A: "own",
      B: "override",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_LAMBDA_FUNCTION_NAME: "environment",
    });
    expect(environment).not.toHaveProperty("PATH");
    expect(environment).not.toHaveProperty("HOME");
  });

  it("has its output passed on line by line", async () => {
    await runtimeOf([asset("log")]).invoke("log", {});
    await linesLogged(2);

    expect(lines).toEqual(
      expect.arrayContaining([
        { functionName: "log", line: "to standard output" },
        { functionName: "log", line: "to standard error" },
      ]),
    );
  });
});

describe("a function that fails", () => {
  it("returns the name, message and trace of the error, and may be called again", async () => {
    const { invoke } = runtimeOf([asset("throwNamed")]);

    const { answer } = await failureOf(invoke("throwNamed", {}));
    const again = await failureOf(invoke("throwNamed", {}));

    expect(answer).toMatchObject({ errorType: "NotAVideo", errorMessage: "not a video" });
    expect(answer.trace[0]).toContain("not a video");
    expect(again.message).toBe("NotAVideo: not a video");
  });

  it.each([
    ["throwNumber", { errorType: "number", errorMessage: "42", trace: [] }],
    ["throwWithoutStack", { errorType: "Error", errorMessage: "bare", trace: [] }],
    ["exit", { errorType: "Runtime.ExitError", errorMessage: expect.stringContaining("7") }],
    ["strayError", { errorType: "Runtime.ExitError", errorMessage: "Error: stray" }],
    ["big", { errorType: "Function.ResponseSizeTooLarge" }],
    [
      "notAFunction",
      { errorType: "Runtime.ExitError", errorMessage: expect.stringContaining("notAFunction") },
    ],
  ])("by %s is reported as in Lambda", async (handlerExport, expected) => {
    const { answer } = await failureOf(runtimeOf([asset(handlerExport)]).invoke(handlerExport, {}));

    expect(answer).toMatchObject(expected);
  });

  it("by a crash takes no other call with it", async () => {
    const { invoke } = runtimeOf([asset("exit"), asset("echo")]);

    const [crashed, fine, crashedAgain] = await Promise.all([
      failureOf(invoke("exit", {})),
      invoke("echo", 1),
      failureOf(invoke("exit", {})),
    ]);

    expect(fine).toEqual({ event: 1 });
    expect(crashed.answer.errorType).toBe("Runtime.ExitError");
    expect(crashedAgain.answer.errorType).toBe("Runtime.ExitError");
  });

  it("after it had answered gets a new environment for the next call", async () => {
    const { invoke } = runtimeOf([asset("dieLater")]);
    const first = await invoke("dieLater", {});

    // Nothing tells the caller when an idle thread has gone: a call may find it just before it goes.
    const later = () => invoke("dieLater", {}).catch(() => first);
    await expect.poll(later, { interval: 20 }).not.toBe(first);
  });

  it.each(["hang", "spin"])("by taking too long (%s) is ended", async (handlerExport) => {
    const { invoke } = runtimeOf([asset(handlerExport, { timeoutSeconds: 0.5 })]);

    const { answer } = await failureOf(invoke(handlerExport, {}));

    expect(answer.errorType).toBe("Sandbox.Timedout");
    expect(answer.errorMessage).toMatch(
      /^RequestId: [0-9a-f-]{36} Error: Task timed out after 0.50 seconds$/,
    );
  });
});

describe("several invocations at once", () => {
  let directory: string;
  let release: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "lambda-"));
    release = join(directory, "release");
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("get an environment each up to the limit, and then wait their turn", async () => {
    const { invoke } = runtimeOf([asset("hold")], { concurrency: 2 });
    const calls = [1, 2, 3].map(() => invoke("hold", { release }));
    await linesLogged(2);
    const runningAtOnce = lines.length;

    await writeFile(release, "");
    const threads = await Promise.all(calls);
    // A thread's output takes another way than its answer, and may come after it.
    await linesLogged(3);

    expect(runningAtOnce).toBe(2);
    expect(new Set(threads).size).toBe(2);
  });

  it("share the room with other functions, of which each gets one environment", async () => {
    const other = asset("hold", { logicalId: "other", arn: "arn:other" });
    const { invoke } = runtimeOf([asset("hold"), other], { environments: 1 });
    const calls = [
      invoke("hold", { release }),
      invoke("hold", { release }),
      invoke("other", { release }),
    ];
    await linesLogged(2);
    const running = lines.map(({ functionName }) => functionName);

    await writeFile(release, "");
    const threads = await Promise.all(calls);

    expect(running.toSorted()).toEqual(["hold", "other"]);
    expect(threads[0]).toBe(threads[1]);
    expect(threads[2]).not.toBe(threads[0]);
  });

  it("give up an idle environment of another function for the first of theirs", async () => {
    const other = asset("thread", { logicalId: "other", arn: "arn:other" });
    const { invoke } = runtimeOf([asset("thread"), other], { environments: 1 });

    const first = await invoke("thread", {});
    const second = await invoke("other", {});
    const third = await invoke("thread", {});

    expect(new Set([first, second, third]).size).toBe(3);
  });

  it("fail with RuntimeClosed when the runtime is closed, running and waiting alike", async () => {
    const closing = runtimeOf([asset("hold")], { concurrency: 1 });
    const running = closing.invoke("hold", { release });
    const waiting = closing.invoke("hold", { release });
    const outcomes = Promise.allSettled([running, waiting]);
    await linesLogged(1);

    await closing.close();

    const failed = { status: "rejected", reason: expect.any(RuntimeClosed) };
    expect(await outcomes).toEqual([failed, failed]);
    await expect(closing.invoke("hold", {})).rejects.toThrow(RuntimeClosed);
  });
});

describe("a function that is prepared", () => {
  let directory: string;
  let bundlePath: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "lambda-"));
    bundlePath = join(directory, "index.mjs");
    await writeFile(
      bundlePath,
      'console.log("loaded"); export const handler = async () => "here";',
    );
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("is loaded before its first call, which needs no other environment", async () => {
    const { prepare, invoke } = runtimeOf([asset("handler", { bundlePath })]);

    prepare("handler");
    prepare("handler");
    await linesLogged(1);

    expect(await invoke("handler", {})).toBe("here");
    expect(lines).toHaveLength(1);
  });

  it("takes a call that comes while it is being loaded", async () => {
    const { prepare, invoke } = runtimeOf([asset("handler", { bundlePath })]);

    prepare("handler");

    expect(await invoke("handler", {})).toBe("here");
    await linesLogged(1);
    expect(lines).toHaveLength(1);
  });

  it("is nothing where there is no such function, or no runtime any more", async () => {
    const { prepare, close } = runtimeOf([asset("handler", { bundlePath })]);
    await close();

    expect(() => prepare("handler")).not.toThrow();
    expect(() => prepare("nobody")).not.toThrow();
    expect(lines).toEqual([]);
  });
});

it("runs without anybody listening to the log", async () => {
  const quiet = createLambdaRuntime({ functions: new Map([["log", asset("log")]]) });

  const result = await quiet.invoke("log", {});

  expect(result).toBeNull();
  await quiet.close();
});

import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { FunctionAsset } from "../template/assembly.ts";
import { logGroupOf } from "./function-environment.ts";
import { FunctionError, RuntimeClosed } from "./function-error.ts";
import { decodeResult } from "./payload.ts";
import type { FunctionProxy, Invocation, WorkerAnswer } from "./worker-protocol.ts";

const WORKER = new URL("./worker.js", import.meta.url);
/**
 * What a thread keeps for objects that have just been made; V8's default is 48 MB, and a busy function
 * takes all of that. Decision 0086.
 */
const YOUNG_GENERATION_MB = 6;

/**
 * One execution environment: handles one invocation at a time, and is discarded after a failure.
 */
export interface ExecutionEnvironment {
  /** False once its thread has ended; a new environment is needed then. */
  readonly isAlive: boolean;
  /**
   * @param event JSON text
   * @throws FunctionError, RuntimeClosed
   */
  invoke(event: string): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Starts a thread that imports the function's bundle. Loading counts towards the first call's
 * timeout, so that a bundle that never finishes loading cannot hang its caller.
 *
 * @param env all the variables that the function will see
 * @param proxy for its https requests; the variables alone have no effect
 */
export function startEnvironment(
  asset: FunctionAsset,
  env: Record<string, string>,
  onLine: (line: string) => void,
  proxy?: FunctionProxy,
): ExecutionEnvironment {
  const worker = new Worker(WORKER, {
    env,
    // Flags of this process (a test runner's, say) must not reach a function.
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxOldGenerationSizeMb: asset.memoryMb,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
    },
    workerData: {
      bundleUrl: pathToFileURL(asset.bundlePath).href,
      handlerExport: asset.handlerExport,
      proxy,
    },
  });
  forwardLines(worker.stdout, onLine);
  forwardLines(worker.stderr, onLine);
  return new WorkerEnvironment(asset, worker);
}

function forwardLines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream }).on("line", onLine);
}

interface PendingCall {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

class WorkerEnvironment implements ExecutionEnvironment {
  #isAlive = true;
  #pending: PendingCall | undefined;
  readonly #asset: FunctionAsset;
  readonly #worker: Worker;
  readonly #logStreamName = `local/[$LATEST]${randomUUID().replaceAll("-", "")}`;

  constructor(asset: FunctionAsset, worker: Worker) {
    this.#asset = asset;
    this.#worker = worker;
    worker.on("message", (answer: WorkerAnswer) => this.#conclude((call) => take(answer, call)));
    worker.on("error", (error) => this.#crash(`${error}`));
    worker.on("exit", (code) => this.#crash(`the runtime exited with status ${code}`));
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  async invoke(event: string): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const requestId = randomUUID();
    const timeoutMs = this.#asset.timeoutSeconds * 1000;
    const timer = setTimeout(() => this.#timeOut(requestId), timeoutMs);
    this.#pending = { resolve, reject };
    this.#worker.postMessage(this.#invocation(event, requestId, Date.now() + timeoutMs));
    return promise.finally(() => clearTimeout(timer));
  }

  async close(): Promise<void> {
    this.#lose(new RuntimeClosed(`${this.#asset.logicalId}: the runtime was closed`));
    await this.#worker.terminate();
  }

  #invocation(event: string, awsRequestId: string, deadlineMs: number): Invocation {
    const asset = this.#asset;
    return {
      event,
      deadlineMs,
      context: {
        awsRequestId,
        functionName: asset.logicalId,
        functionVersion: "$LATEST",
        invokedFunctionArn: asset.arn,
        memoryLimitInMB: String(asset.memoryMb),
        logGroupName: logGroupOf(asset),
        logStreamName: this.#logStreamName,
        callbackWaitsForEmptyEventLoop: true,
      },
    };
  }

  #timeOut(requestId: string): void {
    const seconds = this.#asset.timeoutSeconds.toFixed(2);
    this.#lose(
      new FunctionError({
        errorType: "Sandbox.Timedout",
        errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
        trace: [],
      }),
    );
    void this.#worker.terminate();
  }

  #crash(reason: string): void {
    this.#lose(
      new FunctionError({ errorType: "Runtime.ExitError", errorMessage: reason, trace: [] }),
    );
  }

  #lose(error: Error): void {
    this.#isAlive = false;
    this.#conclude((call) => call.reject(error));
  }

  /** The first outcome of a call wins: the `exit` that follows an `error` finds nothing to do. */
  #conclude(conclude: (call: PendingCall) => void): void {
    const call = this.#pending;
    this.#pending = undefined;
    if (call !== undefined) conclude(call);
  }
}

/** A promise, so that a result which is too large becomes a failed call. */
async function decodeLater(json: string): Promise<unknown> {
  return decodeResult(json);
}

function take(answer: WorkerAnswer, call: PendingCall): void {
  if (answer.kind === "error") call.reject(new FunctionError(answer.error));
  else call.resolve(decodeLater(answer.json));
}

import type { FunctionAsset } from "../template/assembly.ts";
import { EnvironmentBudget } from "./environment-budget.ts";
import { ResourceNotFoundException } from "./function-error.ts";
import { createPool, type FunctionPool } from "./function-pool.ts";
import { encodeEvent } from "./payload.ts";
import type { FunctionProxy } from "./worker-protocol.ts";

/** How many environments of one function run at once, unless told otherwise. */
const DEFAULT_CONCURRENCY = 4;
/** How many environments of all functions there are at once, besides the first of each. */
const DEFAULT_ENVIRONMENTS = 10;

export interface LambdaRuntimeOptions {
  /** By logical id. */
  functions: ReadonlyMap<string, FunctionAsset>;
  /** Variables that every function gets over its own, such as the emulators' endpoints. */
  environment?: Readonly<Record<string, string>>;
  /** Execution environments a function; further calls queue. Default 4. */
  concurrency?: number;
  /**
   * Execution environments of all functions; default 10. A function that has none yet gets one in any
   * case; further ones need room, and wait for it.
   */
  environments?: number;
  /** For what the functions send over https; none by default. */
  proxy?: FunctionProxy | undefined;
  /** Called for each line that a function writes to its standard output or error. */
  onLog?: (functionName: string, line: string) => void;
}

/** Runs the stack's bundled functions in this process, each environment in a thread of its own. */
export interface LambdaRuntime {
  /**
   * One synchronous invocation.
   *
   * @param functionName logical id or ARN
   * @throws FunctionError when the function failed; RequestTooLargeException,
   * ResourceNotFoundException when it was not run at all; RuntimeClosed
   */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /**
   * Starts the first environment of a function that is about to be called, so that its first call does
   * not wait for the bundle to be loaded.
   *
   * @param functionName logical id or ARN
   */
  prepare(functionName: string): void;
  /** Ends all threads; running and queued calls fail with RuntimeClosed. */
  close(): Promise<void>;
}

/**
 * See {@link LambdaRuntime}. Environments start when they are needed, or prepared, and are kept for
 * the next call unless another function needs their room.
 */
export function createLambdaRuntime(options: LambdaRuntimeOptions): LambdaRuntime {
  const pools = new Map<string, FunctionPool>();
  const budget = new EnvironmentBudget(options.environments ?? DEFAULT_ENVIRONMENTS);
  for (const asset of options.functions.values()) {
    const pool = createPool(asset, {
      environment: options.environment ?? {},
      concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
      budget,
      proxy: options.proxy,
      onLine: (line) => options.onLog?.(asset.logicalId, line),
    });
    pools.set(asset.logicalId, pool).set(asset.arn, pool);
  }
  return {
    async invoke(functionName, event) {
      const pool = pools.get(functionName);
      if (pool === undefined) {
        throw new ResourceNotFoundException(`Function not found: ${functionName}`);
      }
      return pool.invoke(encodeEvent(event));
    },
    prepare: (functionName) => pools.get(functionName)?.prepare(),
    async close() {
      await Promise.all([...new Set(pools.values())].map((pool) => pool.close()));
    },
  };
}

import type { FunctionAsset } from "../template/assembly.ts";
import { type ExecutionEnvironment, startEnvironment } from "./execution-environment.ts";
import { functionEnvironment } from "./function-environment.ts";
import { RuntimeClosed } from "./function-error.ts";
import type { FunctionProxy } from "./worker-protocol.ts";

interface PoolOptions {
  environment: Readonly<Record<string, string>>;
  concurrency: number;
  onLine: (line: string) => void;
  proxy?: FunctionProxy | undefined;
}

/** The execution environments of one function, and the calls that wait for one. */
export interface FunctionPool {
  /** @param event JSON text */
  invoke(event: string): Promise<unknown>;
  close(): Promise<void>;
}

/** See {@link FunctionPool}. Calls that find every environment busy queue in order. */
export function createPool(asset: FunctionAsset, options: PoolOptions): FunctionPool {
  const idle: ExecutionEnvironment[] = [];
  const all = new Set<ExecutionEnvironment>();
  const queue: (() => void)[] = [];
  let busy = 0;
  let isClosed = false;

  function acquire(): ExecutionEnvironment {
    for (let candidate = idle.pop(); candidate !== undefined; candidate = idle.pop()) {
      if (candidate.isAlive) return candidate;
      // It ended between two calls: a stray timer of the handler threw, say.
      all.delete(candidate);
    }
    const env = functionEnvironment(asset, options.environment);
    const started = startEnvironment(asset, env, options.onLine, options.proxy);
    all.add(started);
    return started;
  }

  function release(environment: ExecutionEnvironment): void {
    if (environment.isAlive) idle.push(environment);
    else all.delete(environment);
    const next = queue.shift();
    // The place goes straight to the first call in the queue, so that no later call can take it.
    if (next === undefined) busy -= 1;
    else next();
  }

  async function takePlace(): Promise<void> {
    if (busy < options.concurrency) busy += 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    if (isClosed) throw new RuntimeClosed(`${asset.logicalId}: the runtime was closed`);
  }

  return {
    async invoke(event) {
      await takePlace();
      const environment = acquire();
      try {
        return await environment.invoke(event);
      } finally {
        release(environment);
      }
    },
    async close() {
      isClosed = true;
      for (const proceed of queue.splice(0)) proceed();
      await Promise.all([...all].map((environment) => environment.close()));
    },
  };
}

import type { FunctionAsset } from "../template/assembly.ts";
import type { EnvironmentBudget } from "./environment-budget.ts";
import { type ExecutionEnvironment, startEnvironment } from "./execution-environment.ts";
import { functionEnvironment } from "./function-environment.ts";
import { RuntimeClosed } from "./function-error.ts";
import type { FunctionProxy } from "./worker-protocol.ts";

interface PoolOptions {
  environment: Readonly<Record<string, string>>;
  concurrency: number;
  /** Shared with the other functions. */
  budget: EnvironmentBudget;
  onLine: (line: string) => void;
  proxy?: FunctionProxy | undefined;
}

/** The execution environments of one function, and the calls that wait for one. */
export interface FunctionPool {
  /** @param event JSON text */
  invoke(event: string): Promise<unknown>;
  /** Starts the first environment before there is a call for it. */
  prepare(): void;
  close(): Promise<void>;
}

type Waiting = PromiseWithResolvers<ExecutionEnvironment>;

/** See {@link FunctionPool}. Calls that find every environment busy queue in order. */
export function createPool(asset: FunctionAsset, options: PoolOptions): FunctionPool {
  const { budget, concurrency, onLine, proxy } = options;
  const idle: ExecutionEnvironment[] = [];
  const all = new Set<ExecutionEnvironment>();
  const queue: Waiting[] = [];
  const closing = new Set<Promise<void>>();
  let isClosed = false;

  const closed = () => new RuntimeClosed(`${asset.logicalId}: the runtime was closed`);

  function forget(environment: ExecutionEnvironment): void {
    if (all.delete(environment)) budget.ended(environment);
  }

  /** Ends an idle one, to make room for another function's. */
  function discard(environment: ExecutionEnvironment): void {
    idle.splice(idle.indexOf(environment), 1);
    forget(environment);
    const end = environment.close().finally(() => closing.delete(end));
    closing.add(end);
  }

  function takeIdle(): ExecutionEnvironment | undefined {
    for (let candidate = idle.pop(); candidate !== undefined; candidate = idle.pop()) {
      budget.works(candidate);
      if (candidate.isAlive) return candidate;
      // It ended between two calls: a stray timer of the handler threw, say.
      forget(candidate);
    }
    return undefined;
  }

  function start(): ExecutionEnvironment | undefined {
    if (all.size >= concurrency || !budget.takeRoom(all.size === 0)) return undefined;
    const env = functionEnvironment(asset, options.environment);
    const started = startEnvironment(asset, env, onLine, proxy);
    all.add(started);
    return started;
  }

  async function acquire(): Promise<ExecutionEnvironment> {
    if (isClosed) throw closed();
    // Those that wait come first.
    const found = queue.length === 0 ? (takeIdle() ?? start()) : start();
    if (found !== undefined && queue.length === 0) return found;
    const waiting = Promise.withResolvers<ExecutionEnvironment>();
    queue.push(waiting);
    if (found !== undefined) hand(found);
    return waiting.promise;
  }

  /** The environment goes straight to the first call in the queue, so that no later one takes it. */
  function hand(environment: ExecutionEnvironment): void {
    const next = queue.shift();
    if (next !== undefined) next.resolve(environment);
    else {
      idle.push(environment);
      budget.rests(environment, () => discard(environment));
    }
  }

  function release(environment: ExecutionEnvironment): void {
    if (environment.isAlive) {
      hand(environment);
      return;
    }
    forget(environment);
    const another = queue.length > 0 && !isClosed ? start() : undefined;
    if (another !== undefined) hand(another);
  }

  return {
    async invoke(event) {
      const environment = await acquire();
      try {
        return await environment.invoke(event);
      } finally {
        release(environment);
      }
    },
    prepare() {
      const first = all.size === 0 && !isClosed ? start() : undefined;
      if (first !== undefined) hand(first);
    },
    async close() {
      isClosed = true;
      for (const waiting of queue.splice(0)) waiting.reject(closed());
      await Promise.all([...[...all].map((environment) => environment.close()), ...closing]);
    },
  };
}

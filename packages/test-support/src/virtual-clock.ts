import { AsyncLocalStorage } from "node:async_hooks";
import { VirtualTimers } from "./virtual-timers.ts";

/** `runUntil` waits for a promise that nothing can resolve any more. */
export class VirtualClockStalled extends Error {
  override readonly name = "VirtualClockStalled";
}

/** Time that stands still while work is under way, and jumps when all that is left is waiting. */
export interface VirtualClock {
  /** Epoch milliseconds. */
  now(): number;
  /**
   * Runs real work: its timers are real, and time stands still until it is done. Everything that
   * does I/O must run this way (task handlers, the store of executions, servers of the test).
   */
  runReal<Result>(work: () => Result | Promise<Result>): Promise<Result>;
  /** Wraps a function so that it always runs in `runReal`. */
  task<Args extends unknown[], Result>(
    handler: (...args: Args) => Result | Promise<Result>,
  ): (...args: Args) => Promise<Result>;
  /**
   * Lets time jump from timer to timer until the promise resolves or rejects.
   *
   * @throws VirtualClockStalled, or what the promise was rejected with
   */
  runUntil<Result>(promise: Promise<Result>): Promise<Result>;
  /** Time that work takes: it passes at once, and timers that it makes overdue fire after the work. */
  elapse(ms: number): void;
  /** Restores the real timers and dates. Remaining virtual timers never fire. */
  uninstall(): void;
}

/**
 * Replaces the global `setTimeout`, `clearTimeout` and `Date`. Not replaced: `setInterval`,
 * `node:timers`, `AbortSignal.timeout` and `performance`, which stay real.
 *
 * @param options.start epoch milliseconds at which virtual time begins
 */
export function installVirtualClock({ start }: { start: number }): VirtualClock {
  const realWork = new AsyncLocalStorage<true>();
  const timers = new VirtualTimers(start);
  const restore = replaceGlobals(timers, () => realWork.getStore() === true);
  let underWay = 0;
  let change = Promise.withResolvers<void>();

  function signalChange(): void {
    change.resolve();
    change = Promise.withResolvers();
  }

  async function runReal<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    underWay += 1;
    try {
      return await realWork.run(true, async () => work());
    } finally {
      underWay -= 1;
      signalChange();
    }
  }

  /** All that follows from finished work happens in microtasks, before the next turn. */
  async function idle(isSettled: () => boolean): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (underWay === 0 || isSettled()) return;
      await change.promise;
    }
  }

  return {
    now: () => timers.now,
    runReal,
    task:
      (handler) =>
      (...args) =>
        runReal(() => handler(...args)),
    async runUntil(promise) {
      let isSettled = false;
      const settle = () => {
        isSettled = true;
        signalChange();
      };
      promise.then(settle, settle);
      for (;;) {
        await idle(() => isSettled);
        if (isSettled) return promise;
        if (!timers.fireNext()) {
          throw new VirtualClockStalled(
            "No timer is left and no work is under way: is there I/O that runReal does not know of?",
          );
        }
      }
    },
    elapse: (ms) => timers.elapse(ms),
    uninstall: restore,
  };
}

function replaceGlobals(timers: VirtualTimers, isReal: () => boolean): () => void {
  const real = { setTimeout, clearTimeout, Date };
  const virtual = {
    setTimeout: (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      isReal()
        ? real.setTimeout(callback, ms, ...args)
        : timers.add(
            AsyncLocalStorage.bind(() => callback(...args)),
            ms,
          ),
    clearTimeout: (timer?: unknown) => {
      if (!timers.remove(timer)) Reflect.apply(real.clearTimeout, undefined, [timer]);
    },
    Date: virtualDate(real.Date, timers),
  };
  Object.assign(globalThis, virtual);
  return () => void Object.assign(globalThis, real);
}

/** Only "now" differs: given dates and all methods are real. */
function virtualDate(real: DateConstructor, timers: VirtualTimers): DateConstructor {
  return new Proxy(real, {
    apply: () => new real(timers.now).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [timers.now] : args, newTarget),
    get: (target, key, receiver) =>
      key === "now" ? () => timers.now : Reflect.get(target, key, receiver),
  });
}

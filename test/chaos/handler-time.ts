import { AsyncLocalStorage } from "node:async_hooks";
import { syncBuiltinESMExports } from "node:module";
import timersPromises from "node:timers/promises";
import type { VirtualClock } from "@akool-archiver/test-support/virtual-clock.ts";
import type { Invocation } from "./invocation.ts";
import type { Random } from "./random.ts";

/** A timer of a handler: it fires only when its handler has nothing else to wait for. */
class HandlerTimer {
  due: number;
  readonly #ms: number;
  readonly #now: () => number;
  readonly callback: () => void;
  readonly #armed: Set<HandlerTimer>;

  constructor(armed: Set<HandlerTimer>, now: () => number, ms: number, callback: () => void) {
    this.#armed = armed;
    this.#now = now;
    this.#ms = Number.isFinite(ms) ? Math.max(1, ms) : 1;
    this.callback = callback;
    this.due = now() + this.#ms;
    armed.add(this);
  }

  refresh(): this {
    this.due = this.#now() + this.#ms;
    this.#armed.add(this);
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

/**
 * Whether a timer does nothing but settle a promise: `new Promise((done) => setTimeout(done, ms))` is
 * how the SDK waits before it repeats a request. What settles a promise has no name, and no source.
 */
function isPause(callback: (...args: unknown[]) => void): boolean {
  const { name } = callback;
  return name === "" && Function.prototype.toString.call(callback).includes("[native code]");
}

/**
 * Time as handlers see it. While a handler works, time stands still; a pause of its own passes at
 * once; and its timeouts strike only when somebody keeps it waiting for good (`silence`).
 */
export class HandlerTime {
  readonly #clock: VirtualClock;
  readonly #running = new AsyncLocalStorage<Invocation>();
  readonly #armed = new Set<HandlerTimer>();
  /** What `Math.random` gives outside of handlers: to the interpreter's jitter, for one. */
  ambientRandom: Random = Math.random;
  readonly #onPause: (invocation: Invocation) => Promise<void>;
  readonly #restore: () => void;

  constructor(clock: VirtualClock, onPause: (invocation: Invocation) => Promise<void>) {
    this.#clock = clock;
    this.#onPause = onPause;
    this.#restore = this.#install();
  }

  /** Whose code runs at this moment, if a handler's does. */
  get running(): Invocation | undefined {
    return this.#running.getStore();
  }

  run<Result>(invocation: Invocation, work: () => Promise<Result>): Promise<Result> {
    return this.#running.run(invocation, work);
  }

  /** Nothing happens any more until a timeout of the handler has put an end to it. */
  async silence(isOver: () => boolean): Promise<void> {
    while (!isOver() && this.#armed.size > 0) {
      const [first, ...others] = this.#armed;
      if (first === undefined) return;
      const next = others.reduce((best, timer) => (timer.due < best.due ? timer : best), first);
      this.#armed.delete(next);
      this.#clock.elapse(Math.max(0, next.due - this.#clock.now()));
      next.callback();
      // What follows from a timeout travels through sockets.
      for (let turn = 0; turn < 3; turn += 1) await new Promise((done) => setImmediate(done));
    }
  }

  /** What a handler has left behind strikes nobody. */
  forgetTimers(): void {
    this.#armed.clear();
  }

  uninstall(): void {
    this.#restore();
  }

  #install(): () => void {
    const outer = {
      setTimeout: globalThis.setTimeout,
      clearTimeout: globalThis.clearTimeout,
      random: Math.random,
      timeout: AbortSignal.timeout,
      sleep: timersPromises.setTimeout,
    };
    const add = (callback: () => void, ms: number) => this.#arm(callback, ms);
    Object.assign(globalThis, {
      setTimeout: (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
        this.#set(outer.setTimeout, callback, ms, args),
      clearTimeout: (timer?: unknown) => {
        if (timer instanceof HandlerTimer) this.#armed.delete(timer);
        else Reflect.apply(outer.clearTimeout, undefined, [timer]);
      },
    });
    Math.random = () => (this.#running.getStore()?.random ?? this.ambientRandom)();
    AbortSignal.timeout = (ms) => {
      if (this.#running.getStore() === undefined) return outer.timeout.call(AbortSignal, ms);
      const controller = new AbortController();
      add(() => controller.abort(new DOMException("timed out", "TimeoutError")), ms);
      return controller.signal;
    };
    Object.assign(timersPromises, { setTimeout: this.#sleep(globalThis.setTimeout) });
    syncBuiltinESMExports();
    return () => {
      Object.assign(globalThis, { setTimeout: outer.setTimeout, clearTimeout: outer.clearTimeout });
      Math.random = outer.random;
      AbortSignal.timeout = outer.timeout;
      Object.assign(timersPromises, { setTimeout: outer.sleep });
      syncBuiltinESMExports();
    };
  }

  #arm(callback: () => void, ms: number): HandlerTimer {
    return new HandlerTimer(this.#armed, () => this.#clock.now(), ms, callback);
  }

  #set(
    outer: typeof globalThis.setTimeout,
    callback: (...args: unknown[]) => void,
    ms: number,
    args: unknown[],
  ): unknown {
    const invocation = this.#running.getStore();
    if (invocation === undefined) return outer(callback, ms, ...args);
    const call = AsyncLocalStorage.bind(() => callback(...args));
    if (!isPause(callback)) return this.#arm(call, ms);
    this.#clock.elapse(ms);
    void this.#onPause(invocation).then(call);
    return undefined;
  }

  #sleep(setTimeout: typeof globalThis.setTimeout) {
    return async (ms = 0, value?: unknown, { signal }: { signal?: AbortSignal } = {}) => {
      const invocation = this.#running.getStore();
      if (invocation !== undefined) {
        this.#clock.elapse(ms);
        await this.#onPause(invocation);
        return value;
      }
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const timer = setTimeout(() => resolve(value), ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
      return promise;
    };
  }
}

/** Node's real timers take no longer delay and fire at once instead; a test shall see that. */
const LONGEST_DELAY_MS = 2_147_483_647;

/**
 * What the virtual `setTimeout` returns: it never keeps the process alive, so `ref` and `unref` do
 * nothing.
 */
export class VirtualTimer {
  readonly due: number;
  readonly callback: () => void;

  constructor(due: number, callback: () => void) {
    this.due = due;
    this.callback = callback;
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

/** A queue of timers and the time that their firing makes. */
export class VirtualTimers {
  #now: number;
  readonly #queue = new Set<VirtualTimer>();

  constructor(start: number) {
    this.#now = start;
  }

  /** Epoch milliseconds. */
  get now(): number {
    return this.#now;
  }

  add(callback: () => void, ms: number): VirtualTimer {
    const delay = ms >= 1 && ms <= LONGEST_DELAY_MS ? ms : 1;
    const timer = new VirtualTimer(this.#now + Math.trunc(delay), callback);
    this.#queue.add(timer);
    return timer;
  }

  /** False if it is not a virtual timer. */
  remove(timer: unknown): boolean {
    if (!(timer instanceof VirtualTimer)) return false;
    this.#queue.delete(timer);
    return true;
  }

  /** Lets time pass without firing anything; what is overdue then fires next, late. */
  elapse(ms: number): void {
    this.#now += Math.trunc(ms);
  }

  /** Jumps to the next timer (of equals, the one set first) and fires it; false if there is none. */
  fireNext(): boolean {
    const [first, ...others] = this.#queue;
    if (first === undefined) return false;
    const next = others.reduce((best, timer) => (timer.due < best.due ? timer : best), first);
    this.#queue.delete(next);
    this.#now = Math.max(this.#now, next.due);
    next.callback();
    return true;
  }
}

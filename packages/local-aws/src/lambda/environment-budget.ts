import type { ExecutionEnvironment } from "./execution-environment.ts";

/** After this time an idle environment makes room for a busier function's. */
const UNUSED_MS = 1_000;

interface Rest {
  readonly since: number;
  readonly discard: () => void;
}

/**
 * How many environments of all functions exist at once. Each is a thread with an engine of its own,
 * of some 30 MB, so memory is bounded by their number.
 *
 * A function's first environment is always started, so that none waits for another's work.
 * Decision 0081.
 */
export class EnvironmentBudget {
  readonly #limit: number;
  readonly #now: () => number;
  /** Idle ones; the one that was used longest ago comes first. */
  readonly #resting = new Map<ExecutionEnvironment, Rest>();
  #count = 0;

  /** @param now milliseconds */
  constructor(limit: number, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /**
   * Takes room for another environment; one that has been idle for a while is given up for it.
   *
   * @param isFirst of its function, which gets room in any case
   * @returns whether there is room
   */
  takeRoom(isFirst: boolean): boolean {
    if (this.#count >= this.#limit) {
      const isGivenUp = this.#giveUpOldest(isFirst ? 0 : UNUSED_MS);
      if (!isGivenUp && !isFirst) return false;
    }
    this.#count += 1;
    return true;
  }

  /** An environment has nothing to do. @param discard ends it */
  rests(environment: ExecutionEnvironment, discard: () => void): void {
    this.#resting.set(environment, { since: this.#now(), discard });
  }

  /** An idle environment is used again. */
  works(environment: ExecutionEnvironment): void {
    this.#resting.delete(environment);
  }

  /** An environment has ended. */
  ended(environment: ExecutionEnvironment): void {
    this.#resting.delete(environment);
    this.#count -= 1;
  }

  #giveUpOldest(unusedMs: number): boolean {
    const [oldest] = this.#resting.values();
    if (oldest === undefined || this.#now() - oldest.since < unusedMs) return false;
    oldest.discard();
    return true;
  }
}

import type { Invocation } from "./invocation.ts";
import type { Random } from "./random.ts";

interface Waiting {
  invocation: Invocation;
  proceed: () => void;
}

/**
 * Invocations that run at once take turns: one of them has the baton and runs, the others stand at a
 * request. So their interleaving follows from the seed alone, and not from the machine's load.
 */
export class Baton {
  #holder: Invocation | undefined;
  #waiting: Waiting[] = [];
  #random: Random = () => 0;
  #eagerness = 0;

  /** @param eagerness chance that the baton is passed on at a request, if somebody waits */
  reset(random: Random, eagerness: number): void {
    this.#random = random;
    this.#eagerness = eagerness;
  }

  /** How many wait. */
  get waiting() {
    return this.#waiting.length;
  }

  /** Who runs now. */
  get holder(): Invocation | undefined {
    return this.#holder;
  }

  async take(invocation: Invocation): Promise<void> {
    if (this.#holder === undefined) this.#holder = invocation;
    else await this.#wait(invocation);
  }

  release(): void {
    const eager = this.#random() < this.#eagerness;
    const index = eager ? Math.floor(this.#random() * this.#waiting.length) : 0;
    const [next] = this.#waiting.splice(index, 1);
    this.#holder = next?.invocation;
    next?.proceed();
  }

  /** A place at which another invocation may go first. */
  async offer(invocation: Invocation): Promise<void> {
    if (this.#waiting.length === 0 || this.#random() >= this.#eagerness) return;
    await this.yield(invocation);
  }

  /** Lets another invocation go first, if one waits. */
  async yield(invocation: Invocation): Promise<void> {
    if (this.#holder !== invocation || this.#waiting.length === 0) return;
    const turn = this.#wait(invocation, true);
    await turn;
  }

  #wait(invocation: Invocation, pass = false): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const mine = { invocation, proceed: resolve };
    if (pass) {
      const index = Math.floor(this.#random() * this.#waiting.length);
      const [next] = this.#waiting.splice(index, 1, mine);
      this.#holder = next?.invocation;
      next?.proceed();
    } else {
      this.#waiting.push(mine);
    }
    return promise;
  }
}

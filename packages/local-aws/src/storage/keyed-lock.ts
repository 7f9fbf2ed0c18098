/** Runs work that shares a key one after another; work under other keys runs at once. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Returns the result of `work`; a failure is passed to its caller and does not stop the next. */
  run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const result = before.then(work);
    const tail: Promise<void> = result.then(
      () => this.#forget(key, tail),
      () => this.#forget(key, tail),
    );
    this.#tails.set(key, tail);
    return result;
  }

  #forget(key: string, tail: Promise<unknown>) {
    if (this.#tails.get(key) === tail) {
      this.#tails.delete(key);
    }
  }
}

/** A part that one worker has in hand. */
export interface TakenPart {
  partNumber: number;
  /** Whether no other worker was at work when it was taken. */
  alone: boolean;
}

/**
 * The parts that are still to be fetched, for several workers. A source that refuses a connection may
 * serve fewer: the worker that it refuses gives its part back and leaves the others alone; only the
 * last one speaks for all.
 */
export class PartQueue {
  readonly #waiting: number[];
  #workers: number;

  /** @param workers that will take parts until there are none */
  constructor(partNumbers: readonly number[], workers: number) {
    this.#waiting = [...partNumbers];
    this.#workers = workers;
  }

  /** @returns undefined when there is none left; the worker is not counted any more then */
  take(): TakenPart | undefined {
    const partNumber = this.#waiting.shift();
    if (partNumber !== undefined) return { partNumber, alone: this.#workers === 1 };
    this.#workers -= 1;
    return undefined;
  }

  /**
   * For a part that the source would not give.
   *
   * @returns `leave`: other workers go on, one less; `again`: it is the only one by now, and may find
   *   the source less busy; `fail`: it was alone, and the source refused all the same
   */
  giveBack({ partNumber, alone }: TakenPart): "leave" | "again" | "fail" {
    if (alone) return "fail";
    this.#waiting.push(partNumber);
    if (this.#workers === 1) return "again";
    this.#workers -= 1;
    return "leave";
  }
}

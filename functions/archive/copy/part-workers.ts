interface WorkerOptions {
  workers: number;
  /** Of each worker's own buffer; 0 if it needs none. */
  bufferBytes: number;
  /** Ends all workers. */
  deadline: AbortSignal;
}

/**
 * Runs the same work several times at once. The first failure aborts the others; its error is thrown
 * once all have stopped, so that nothing runs on after this returns.
 */
export async function runWorkers(
  { workers, bufferBytes, deadline }: WorkerOptions,
  work: (buffer: Buffer, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([deadline, stop.signal]);
  const errors: unknown[] = [];
  const run = async () => {
    try {
      await work(Buffer.allocUnsafeSlow(bufferBytes), signal);
    } catch (error) {
      errors.push(error);
      stop.abort();
    }
  };
  await Promise.all(Array.from({ length: workers }, run));
  if (errors.length > 0) throw errors[0];
}

/** A part that one worker has taken. */
export interface TakenPart {
  partNumber: number;
  /** Whether no other worker was running when it was taken. */
  alone: boolean;
}

/**
 * The parts that are still to be fetched, for several workers. A source that refuses a connection may
 * still serve fewer: the refused worker returns its part and stops, and the others go on. Only a
 * refusal of the last worker fails the copy.
 */
export class PartQueue {
  readonly #waiting: number[];
  #workers: number;

  /** @param workers how many take parts until there are none */
  constructor(partNumbers: readonly number[], workers: number) {
    this.#waiting = [...partNumbers];
    this.#workers = workers;
  }

  /** @returns undefined when there is none left; the worker then counts as stopped */
  take(): TakenPart | undefined {
    const partNumber = this.#waiting.shift();
    if (partNumber !== undefined) return { partNumber, alone: this.#workers === 1 };
    this.#workers -= 1;
    return undefined;
  }

  /**
   * Returns a part that the source refused.
   *
   * @returns `leave`: the worker stops, and the others go on; `again`: it is the only one by now, and
   *   may find the source less busy; `fail`: it was alone already when the source refused
   */
  giveBack({ partNumber, alone }: TakenPart): "leave" | "again" | "fail" {
    if (alone) return "fail";
    this.#waiting.push(partNumber);
    if (this.#workers === 1) return "again";
    this.#workers -= 1;
    return "leave";
  }
}

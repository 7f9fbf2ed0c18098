/** A history stands still: something waits for what cannot come. A fault of the suite, or a deadlock. */
export class HistoryStuck extends Error {
  override readonly name = "HistoryStuck";
}

// Real time, whatever is replaced later.
const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;

/** A second of real time is long for a history; a loaded machine may need many. */
const PATIENCE_MS = 300_000;

/**
 * Gives up a history that does not come to its end.
 *
 * @param describe what it was doing
 * @throws HistoryStuck
 */
export async function watched<Result>(
  work: Promise<Result>,
  describe: () => string,
): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = realSetTimeout(
    () => reject(new HistoryStuck(`stuck for ${PATIENCE_MS / 1000} s: ${describe()}`)),
    PATIENCE_MS,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    realClearTimeout(timer);
  }
}

export interface WorkerOptions {
  workers: number;
  /** Of the buffer that each worker has for itself; 0 where they share one. */
  bufferBytes: number;
  /** Ends all of them. */
  deadline: AbortSignal;
}

/**
 * Runs the same work several times at once. The first that fails ends the others; its error is thrown
 * once all have come to rest, so that nothing goes on behind the caller's back.
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

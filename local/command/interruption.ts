import type { EventEmitter } from "node:events";

/** What is used of `process`. */
export interface InterruptibleProcess extends EventEmitter {
  readonly stdout: EventEmitter;
  exit(code: number): void;
}

/** The exit code of a command that was interrupted: 128 + SIGINT, as shells have it. */
export const INTERRUPTED = 130;

/** npm passes on a Ctrl-C that the terminal has given to us as well: within this it is the same. */
const SAME_KEY_PRESS_MS = 400;

/**
 * Given at the first Ctrl-C (or SIGTERM, or when the reader of our output is gone, as with
 * `| head`), so that the command can stop in good order. The second one ends the process at once.
 *
 * @param now epoch milliseconds
 */
export function interruptionOf(
  process: InterruptibleProcess,
  now: () => number = Date.now,
): AbortSignal {
  const interruption = new AbortController();
  let firstAt: number | undefined;
  const interrupt = () => {
    firstAt ??= now();
    interruption.abort();
    if (now() - firstAt > SAME_KEY_PRESS_MS) process.exit(INTERRUPTED);
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  process.stdout.on("error", () => interruption.abort());
  return interruption.signal;
}

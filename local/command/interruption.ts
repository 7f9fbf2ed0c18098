import type { EventEmitter } from "node:events";

/** What is used of `process`. */
export interface InterruptibleProcess extends EventEmitter {
  readonly stdout: EventEmitter;
  exit(code: number): void;
}

/** The exit code of a command that was interrupted: 128 + SIGINT, as shells have it. */
export const INTERRUPTED = 130;

/**
 * npm forwards a Ctrl-C that the terminal has sent to us as well: within this time it is the same
 * one.
 */
const SAME_KEY_PRESS_MS = 400;

/**
 * Aborted at the first Ctrl-C (or SIGTERM, or when the reader of our output has left, as with `|
 * head`), so that the command can stop cleanly. The second one ends the process at once.
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

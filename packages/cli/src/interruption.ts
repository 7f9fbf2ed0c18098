import type { EventEmitter } from "node:events";
import { INTERRUPTED } from "./commands/interruption.ts";

/** What is used of `process`. */
export interface InterruptibleProcess extends EventEmitter {
  readonly stdout: EventEmitter;
  exit(code: number): void;
}

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
    interruption.abort(new Error("interrupted"));
    if (now() - firstAt > SAME_KEY_PRESS_MS) process.exit(INTERRUPTED);
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  process.stdout.on("error", () => interruption.abort(new Error("nobody reads the output")));
  return interruption.signal;
}

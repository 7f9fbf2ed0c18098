import type { Random } from "./random.ts";

/** How Lambda loses an invocation: in the words of its answers. */
export type Loss = "Runtime.ExitError" | "Sandbox.Timedout";

/** One run of a handler, or of a service task of the state machine. */
export interface Invocation {
  readonly name: string;
  readonly number: number;
  /** Writes to the job table that had taken effect when it began. */
  readonly sawWrites: number;
  /** The `Math.random` of its handler. */
  readonly random: Random;
  /** Its process is gone: whatever it still tries reaches nobody, and its result is thrown away. */
  lost: Loss | undefined;
  /** Requests that are under way. */
  open: number;
}

import { MAX_TIMER_SECONDS } from "./supported-fields.ts";
import type { TaskState } from "./supported-task.ts";
import { TaskFailure } from "./task.ts";

/**
 * The Task state with the timeout that its input gives. The interpreter reads TimeoutSecondsPath on
 * the Parameters, Step Functions on the state's input.
 *
 * @throws TaskFailure States.Runtime unless that is a whole number from 1 on
 */
export function withTimeout(state: TaskState, input: unknown): TaskState {
  const { TimeoutSecondsPath, ...rest } = state;
  if (TimeoutSecondsPath === undefined) return state;
  const seconds = valueAt(TimeoutSecondsPath, input);
  if (typeof seconds !== "number" || !isTimeout(seconds)) {
    throw new TaskFailure(
      "States.Runtime",
      `TimeoutSecondsPath '${TimeoutSecondsPath}' must give a whole number from 1 to ` +
        `${MAX_TIMER_SECONDS}, not ${JSON.stringify(seconds)}`,
    );
  }
  return { ...rest, TimeoutSeconds: seconds };
}

function isTimeout(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_TIMER_SECONDS;
}

/** @param path a plain one: `$`, then `.name` or `[index]` any number of times */
function valueAt(path: string, input: unknown): unknown {
  const keys = [...path.matchAll(/[^$.[\]]+/g)].map(([key]) => key);
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    input,
  );
}

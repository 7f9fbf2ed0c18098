import { type ErrorAnswer, FunctionError } from "../lambda/function-error.ts";
import { TaskFailure, type TaskHandler } from "./task.ts";

/** Lambda's error types, and the error names that a workflow sees for them. */
const WORKFLOW_ERROR: Readonly<Record<string, string>> = {
  "Runtime.ExitError": "Lambda.Unknown",
  "Sandbox.Timedout": "States.Timeout",
};

/**
 * A task that invokes a function, and fails as in Step Functions: the thrown error's name is the
 * error, Lambda's whole answer as JSON is the cause. A call that Lambda refused is `Lambda.<name>`.
 *
 * @param invoke calls one function with the task's parameters
 */
export function lambdaTask(invoke: (event: unknown) => Promise<unknown>): TaskHandler {
  return async (parameters) => {
    try {
      return await invoke(parameters);
    } catch (error) {
      throw toTaskFailure(error);
    }
  };
}

function toTaskFailure(error: unknown): unknown {
  if (error instanceof FunctionError) {
    return new TaskFailure(errorNameOf(error.answer), JSON.stringify(error.answer));
  }
  return error instanceof Error ? new TaskFailure(`Lambda.${error.name}`, error.message) : error;
}

function errorNameOf({ errorType }: ErrorAnswer): string {
  return WORKFLOW_ERROR[errorType] ?? errorType;
}

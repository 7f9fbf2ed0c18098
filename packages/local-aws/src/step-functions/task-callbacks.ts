/** Why a callback is refused; the names are those of Step Functions' own exceptions. */
type RefusalName = "InvalidToken" | "InvalidOutput" | "TaskDoesNotExist" | "TaskTimedOut";

/** No task waits for this callback, or its content is invalid. */
export class TaskCallbackRefused extends Error {
  override readonly name: RefusalName;

  constructor(name: RefusalName, message: string) {
    super(message);
    this.name = name;
  }
}

/** The tasks that wait for their token to be sent back. */
export interface TaskCallbacks {
  /**
   * @param output JSON text: the task's result
   * @throws TaskCallbackRefused
   */
  succeed(token: string, output: string): void;
  /**
   * @param error the name that Retry and Catch see; empty when there is none
   * @throws TaskCallbackRefused
   */
  fail(token: string, error?: string, cause?: string): void;
}

/** The execution on whose behalf a task runs. */
interface TaskContext {
  executionArn: string;
  stateMachineArn: string;
}

/** Does what a Task state's Resource names; gets the processed Parameters. */
export type TaskHandler = (parameters: unknown, context: TaskContext) => Promise<unknown>;

/** By the ARN in a Task state's `Resource`. */
export type TaskResources = ReadonlyMap<string, TaskHandler>;

/**
 * A task failed, in the words that Retry and Catch see: `name` is the ASL error name, `message`
 * the Cause.
 */
export class TaskFailure extends Error {
  override readonly name: string;
  /** Read by the interpreter, as is the next. No `States.ALL` matches a `States.Runtime`. */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  constructor(errorName: string, cause: string) {
    super(cause);
    this.name = errorName;
    this.isRetryable = errorName !== "States.Runtime";
    this.isCatchable = this.isRetryable;
  }
}

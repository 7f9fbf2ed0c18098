import { AwsJsonError, type Operation, parseRequest } from "../http/aws-json.ts";
import { taskFailureRequest, taskSuccessRequest } from "./execution-requests.ts";
import { TaskCallbackRefused, type TaskCallbacks } from "./task-callbacks.ts";

/** No task waits, so every token belongs to a task that does not exist. */
const NO_TASKS: TaskCallbacks = { succeed: refuseUnknown, fail: refuseUnknown };

/**
 * SendTaskSuccess and SendTaskFailure over any engine. Heartbeats are not supported: no definition
 * that runs here can use them.
 */
export function taskCallbackOperations(
  callbacks: TaskCallbacks = NO_TASKS,
): Record<"SendTaskSuccess" | "SendTaskFailure", Operation> {
  return {
    async SendTaskSuccess(body) {
      const { taskToken, output } = parseRequest(taskSuccessRequest, body);
      return answered(() => callbacks.succeed(taskToken, output));
    },
    async SendTaskFailure(body) {
      const { taskToken, error, cause } = parseRequest(taskFailureRequest, body);
      return answered(() => callbacks.fail(taskToken, error, cause));
    },
  };
}

function answered(callback: () => void): object {
  try {
    callback();
    return {};
  } catch (error) {
    if (error instanceof TaskCallbackRefused) throw new AwsJsonError(error.name, error.message);
    throw error;
  }
}

function refuseUnknown(): never {
  throw new TaskCallbackRefused("TaskDoesNotExist", "There is no task with this token");
}

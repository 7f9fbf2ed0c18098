import { randomBytes } from "node:crypto";
import { TaskCallbackRefused, type TaskCallbacks } from "../step-functions/task-callbacks.ts";
import { TaskFailure } from "./task.ts";

/** A task that waits for its token to come back. */
export interface WaitingTask {
  readonly token: string;
  /** The callback's result; stays pending while none comes. Rejects with a TaskFailure. */
  readonly outcome: Promise<unknown>;
  /**
   * Invalidates the token. An outcome that is still pending is rejected: otherwise the timer of the
   * task's timeout keeps the process alive.
   */
  close(): void;
}

const PROCESS_BYTES = 32;
const TASK_BYTES = 64;
/** Base64 of both parts, without padding: an opaque text, and shorter than the documented 2,048. */
const TOKEN = /^[A-Za-z0-9+/]{128}$/;

/**
 * The task tokens of one engine. They end with the process: an execution that continues in the next
 * one enters its state again, with a new token.
 */
export class TaskTokens implements TaskCallbacks {
  readonly #waiting = new Map<string, PromiseWithResolvers<unknown>>();
  /** The prefix of every token made here, so that used tokens need not be remembered. */
  readonly #process = randomBytes(PROCESS_BYTES);

  issue(): WaitingTask {
    const token = Buffer.concat([this.#process, randomBytes(TASK_BYTES)]).toString("base64");
    const callback = Promise.withResolvers<unknown>();
    // A callback after the task has failed, or at closing, has no listener.
    callback.promise.catch(() => {});
    this.#waiting.set(token, callback);
    const close = () => {
      this.#waiting.delete(token);
      callback.reject(new TaskFailure("States.TaskFailed", "The task was closed"));
    };
    return { token, outcome: callback.promise, close };
  }

  succeed(token: string, output: string): void {
    const result = parseOutput(output);
    this.#take(token).resolve(result);
  }

  fail(token: string, error = "", cause = ""): void {
    this.#take(token).reject(new TaskFailure(error, cause));
  }

  /** A token is valid for one callback. */
  #take(token: string): PromiseWithResolvers<unknown> {
    const callback = this.#waiting.get(token);
    if (callback === undefined) throw this.#refusal(token);
    this.#waiting.delete(token);
    return callback;
  }

  /** Source: Step Functions API reference, the errors of SendTaskSuccess. */
  #refusal(token: string): TaskCallbackRefused {
    if (!TOKEN.test(token)) {
      return new TaskCallbackRefused("InvalidToken", `Invalid Token: '${token}'`);
    }
    const isOwn = Buffer.from(token, "base64").subarray(0, PROCESS_BYTES).equals(this.#process);
    return isOwn
      ? new TaskCallbackRefused("TaskTimedOut", "The task has been closed, or has timed out")
      : new TaskCallbackRefused("TaskDoesNotExist", "There is no task with this token");
  }
}

function parseOutput(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    throw new TaskCallbackRefused("InvalidOutput", "The output is not JSON");
  }
}

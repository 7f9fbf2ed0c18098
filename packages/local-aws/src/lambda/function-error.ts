/** The fields that Lambda answers with when a function failed. */
export interface ErrorAnswer {
  /** The thrown error's name, or Lambda's own word (`Sandbox.Timedout`, `Runtime.ExitError`, …). */
  errorType: string;
  errorMessage: string;
  /** The stack, a line an entry. */
  trace: string[];
}

/** The function ran and failed: it threw, crashed, or ran out of time. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  readonly answer: ErrorAnswer;

  constructor(answer: ErrorAnswer) {
    super(`${answer.errorType}: ${answer.errorMessage}`);
    this.answer = answer;
  }
}

/** Lambda refuses an event over 6 MB before any function runs. */
export class RequestTooLargeException extends Error {
  override readonly name = "RequestTooLargeException";
}

/** No function of the stack has this logical id or ARN. */
export class ResourceNotFoundException extends Error {
  override readonly name = "ResourceNotFoundException";
}

/** The runtime was closed while the call was queued or running. */
export class RuntimeClosed extends Error {
  override readonly name = "RuntimeClosed";
}

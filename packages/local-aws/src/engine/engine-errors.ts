/** The names are those of Step Functions' own exceptions. */
export class ExecutionAlreadyExists extends Error {
  override readonly name = "ExecutionAlreadyExists";
}

export class StateMachineDoesNotExist extends Error {
  override readonly name = "StateMachineDoesNotExist";
}

/** The name must do as a file's name as well. */
export class InvalidName extends Error {
  override readonly name = "InvalidName";
}

/** The names are those of Step Functions' own exceptions. */
export class ExecutionAlreadyExists extends Error {
  override readonly name = "ExecutionAlreadyExists";
}

export class StateMachineDoesNotExist extends Error {
  override readonly name = "StateMachineDoesNotExist";
}

/** The name must also be valid as a file name. */
export class InvalidName extends Error {
  override readonly name = "InvalidName";
}

/** The machine of an execution: `…:execution:<machine>:<name>` → `…:stateMachine:<machine>`. */
export function stateMachineOf(executionArn: string): string {
  return executionArn
    .slice(0, executionArn.lastIndexOf(":"))
    .replace(":execution:", ":stateMachine:");
}

/** The execution of this name, whether it exists or not: the opposite of {@link stateMachineOf}. */
export function executionOf(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
}

/** `…:execution:<machine>:<name>` → `…:stateMachine:<machine>` */
export function stateMachineOf(executionArn: string): string {
  return executionArn
    .slice(0, executionArn.lastIndexOf(":"))
    .replace(":execution:", ":stateMachine:");
}

import { AwsJsonError } from "../http/aws-json.ts";
import { redriveFacts } from "./redrive.ts";
import type { ExecutionDescription } from "./workflow-engine.ts";

/** The AWS JSON protocol writes a time as seconds since 1970, with a fraction. */
export function epochSeconds(date: Date): number {
  return date.getTime() / 1000;
}

export function executionDoesNotExist(executionArn: string): AwsJsonError {
  return new AwsJsonError("ExecutionDoesNotExist", `Execution Does Not Exist: '${executionArn}'`);
}

/** @throws AwsJsonError StateMachineDoesNotExist */
export function requireMachine(known: readonly string[], stateMachineArn: string) {
  if (!known.includes(stateMachineArn)) {
    throw new AwsJsonError(
      "StateMachineDoesNotExist",
      `State Machine Does Not Exist: '${stateMachineArn}'`,
    );
  }
}

/** One line of ListExecutions. */
export function listItem(execution: ExecutionDescription) {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate } = execution;
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate: epochSeconds(startDate),
    ...(stopDate && { stopDate: epochSeconds(stopDate) }),
  };
}

/** The answer of DescribeExecution. */
export function describeAnswer(execution: ExecutionDescription) {
  const { input, output, error, cause } = execution;
  const { redriveDate, ...redrive } = redriveFacts(execution, Date.now());
  return {
    ...listItem(execution),
    input,
    inputDetails: { included: true },
    ...(output !== undefined && { output, outputDetails: { included: true } }),
    error,
    cause,
    ...redrive,
    ...(redriveDate && { redriveDate: epochSeconds(redriveDate) }),
  };
}

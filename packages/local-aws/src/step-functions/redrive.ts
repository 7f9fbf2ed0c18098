import type { ExecutionDescription } from "./workflow-engine.ts";

/** Documented for RedriveExecution: 14 days from the end of the execution. */
const REDRIVABLE_MS = 14 * 24 * 60 * 60 * 1000;

/** The name is that of Step Functions' own exception. */
export class ExecutionNotRedrivable extends Error {
  override readonly name = "ExecutionNotRedrivable";
}

/**
 * Why an execution cannot be redriven, in Step Functions' words; nothing when it can.
 *
 * Source: Step Functions API reference, `redriveStatusReason` of DescribeExecution. The limits on
 * the event history and on an execution's age (a year) are not modelled.
 *
 * @param now epoch milliseconds
 */
export function redriveObstacle(
  { status, stopDate }: Pick<ExecutionDescription, "status" | "stopDate">,
  now: number,
): string | undefined {
  if (status === "RUNNING" || status === "SUCCEEDED") {
    return `Execution is ${status} and cannot be redriven`;
  }
  const endedAt = stopDate?.getTime() ?? now;
  return now - endedAt > REDRIVABLE_MS ? "Execution redrivable period exceeded" : undefined;
}

/** The fields of DescribeExecution that are about redriving. */
export function redriveFacts(execution: ExecutionDescription, now: number) {
  const obstacle = redriveObstacle(execution, now);
  return {
    redriveCount: execution.redriveCount ?? 0,
    redriveDate: execution.redriveDate,
    redriveStatus: obstacle === undefined ? "REDRIVABLE" : "NOT_REDRIVABLE",
    redriveStatusReason: obstacle,
  };
}

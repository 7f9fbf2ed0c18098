import { randomUUID } from "node:crypto";
import { redriveFacts } from "../step-functions/redrive.ts";
import type { ExecutionDescription } from "../step-functions/workflow-engine.ts";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "../template/local-names.ts";
import type { EventEnvelope } from "./event-bridge.ts";

/** AWS services publish on the account's default bus. */
export const SERVICE_EVENTS_BUS = "default";

/**
 * The event that Step Functions puts on the default bus when an execution ends. (There is no event
 * for its start here.)
 *
 * Source: Step Functions developer guide, "Step Functions event examples".
 *
 * @param now epoch milliseconds
 */
export function executionEndedEvent(execution: ExecutionDescription, now: number): EventEnvelope {
  const { executionArn, stateMachineArn, name, status, input } = execution;
  const { redriveDate, redriveStatusReason, ...redrive } = redriveFacts(execution, now);
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Step Functions Execution Status Change",
    source: "aws.states",
    account: LOCAL_ACCOUNT,
    time: new Date(now).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region: LOCAL_REGION,
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn,
      name,
      status,
      startDate: execution.startDate.getTime(),
      stopDate: execution.stopDate?.getTime() ?? null,
      input,
      output: execution.output ?? null,
      inputDetails: { included: true },
      outputDetails: execution.output === undefined ? null : { included: true },
      error: execution.error ?? null,
      cause: execution.cause ?? null,
      ...redrive,
      redriveDate: redriveDate?.getTime() ?? null,
      redriveStatusReason: redriveStatusReason ?? null,
    },
  };
}

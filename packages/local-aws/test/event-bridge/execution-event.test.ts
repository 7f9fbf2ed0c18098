import { expect, it } from "vitest";
import { executionEndedEvent } from "../../src/event-bridge/execution-event.ts";
import type { ExecutionDescription } from "../../src/step-functions/workflow-engine.ts";
import { MACHINE_ARN } from "./fixtures.ts";

const NOW = Date.UTC(2026, 10, 22, 10, 0, 5, 250);
const ended: ExecutionDescription = {
  executionArn: "arn:execution",
  stateMachineArn: MACHINE_ARN,
  name: "one",
  status: "FAILED",
  startDate: new Date(NOW - 5_000),
  stopDate: new Date(NOW - 1),
  input: '{"videoModelId":"1"}',
  error: "TrackingFault",
  cause: "why",
};

it("tells of a failure in Step Functions' words", () => {
  expect(executionEndedEvent(ended, NOW)).toEqual({
    version: "0",
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    "detail-type": "Step Functions Execution Status Change",
    source: "aws.states",
    account: "000000000000",
    time: "2026-11-22T10:00:05Z",
    region: "us-east-1",
    resources: ["arn:execution"],
    detail: {
      executionArn: "arn:execution",
      stateMachineArn: MACHINE_ARN,
      name: "one",
      status: "FAILED",
      startDate: NOW - 5_000,
      stopDate: NOW - 1,
      input: '{"videoModelId":"1"}',
      inputDetails: { included: true },
      output: null,
      outputDetails: null,
      error: "TrackingFault",
      cause: "why",
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: "REDRIVABLE",
      redriveStatusReason: null,
    },
  });
});

it("tells of a success after a redrive", () => {
  const { error: _error, cause: _cause, stopDate: _stopDate, ...rest } = ended;
  const redriveDate = new Date(NOW - 3_000);

  const event = executionEndedEvent(
    { ...rest, status: "SUCCEEDED", output: "{}", redriveCount: 1, redriveDate },
    NOW,
  );

  expect(event.detail).toMatchObject({
    stopDate: null,
    output: "{}",
    outputDetails: { included: true },
    error: null,
    cause: null,
    redriveCount: 1,
    redriveDate: NOW - 3_000,
    redriveStatus: "NOT_REDRIVABLE",
    redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
  });
});

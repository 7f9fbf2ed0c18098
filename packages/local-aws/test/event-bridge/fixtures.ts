import type { EventEnvelope } from "../../src/event-bridge/event-bridge.ts";
import type { FunctionAsset, RuleAsset, RuleTarget } from "../../src/template/assembly.ts";

export const MACHINE_ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:Track";
export const FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:Ended";
export const DEAD_LETTERS_ARN = "arn:aws:sqs:us-east-1:000000000000:Dead";

export function envelope(fields: Partial<EventEnvelope> = {}): EventEnvelope {
  return {
    version: "0",
    id: "0d1f0d5e-8f0e-4c38-b3d1-2c7f0d1a9c01",
    "detail-type": "Video Job Requested",
    source: "test",
    account: "000000000000",
    time: "2026-11-22T10:00:00Z",
    region: "us-east-1",
    resources: [],
    detail: { videoModelId: "1" },
    ...fields,
  };
}

export function target(fields: Partial<RuleTarget> = {}): RuleTarget {
  return {
    id: "Target0",
    arn: MACHINE_ARN,
    deadLetterQueueArn: DEAD_LETTERS_ARN,
    retry: { maxAttempts: 185, maxAgeSeconds: 86_400 },
    ...fields,
  };
}

export function rule(fields: Partial<RuleAsset> = {}): RuleAsset {
  return {
    arn: "arn:aws:events:us-east-1:000000000000:rule/Requested",
    busName: "jobs",
    pattern: { "detail-type": ["Video Job Requested"] },
    targets: [target()],
    ...fields,
  };
}

export function functionAsset(fields: Partial<FunctionAsset["asynchronous"]> = {}): FunctionAsset {
  return {
    logicalId: "Ended",
    arn: FUNCTION_ARN,
    bundlePath: "/none",
    handlerExport: "handler",
    timeoutSeconds: 1,
    memoryMb: 128,
    environment: {},
    asynchronous: { maxRetryAttempts: 2, maxEventAgeSeconds: 21_600, ...fields },
  };
}

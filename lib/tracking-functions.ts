import { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { ArchiverConfig } from "./config-schema.ts";
import type { FunctionEnvironments } from "./function-environment.ts";
import { LambdaFunction } from "./lambda-function.ts";

const THE_WORKFLOW =
  "Step Functions calls it and waits for the answer: the workflow repeats, and at last records, " +
  "what fails.";

/** The functions that the workflow calls: what each has at its disposal, and for how long. */
export function trackingFunctions(
  scope: Construct,
  environment: FunctionEnvironments,
  { logRetentionDays: logRetention, akoolConcurrency, archiveConcurrency }: ArchiverConfig,
) {
  return {
    checkStatus: new LambdaFunction(scope, "CheckStatus", {
      entry: "check-status.ts",
      description: "Asks AKOOL once for a job's state and records what it saw",
      environment: environment.checkStatus,
      memoryMib: 256,
      timeout: Duration.seconds(30),
      logRetention,
      failuresReach: THE_WORKFLOW,
      reservedConcurrency: akoolConcurrency,
    }),
    archiveVideo: new LambdaFunction(scope, "ArchiveVideo", {
      entry: "archive-video.ts",
      description: "Copies a finished video into the bucket",
      environment: environment.archiveVideo,
      memoryMib: 1024,
      timeout: Duration.minutes(15),
      logRetention,
      failuresReach: THE_WORKFLOW,
      reservedConcurrency: archiveConcurrency,
    }),
    recordFailure: new LambdaFunction(scope, "RecordFailure", {
      entry: "record-failure.ts",
      description: "Puts the reason of a failure on a job's record",
      environment: environment.recordFailure,
      memoryMib: 256,
      timeout: Duration.seconds(15),
      logRetention,
      failuresReach: THE_WORKFLOW,
    }),
  };
}

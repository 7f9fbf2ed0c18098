import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { awaitCallback, POLL_NOW } from "./await-callback.ts";
import {
  archiveRetries,
  checkRetries,
  faultRetries,
  MALFORMED_REQUEST,
  shortFunctionRetries,
} from "./retry-policy.ts";
import { functionTask, sendTask } from "./tracking-tasks.ts";

/** The functions that the workflow calls. */
export interface TrackingFunctions {
  readonly checkStatus: IFunction;
  readonly archiveVideo: IFunction;
  readonly recordFailure: IFunction;
}

/** What the workflow is made of. */
export interface TrackingParts {
  readonly functions: TrackingFunctions;
  /** Where a job that waits for its webhook leaves its task token. */
  readonly jobTableName: string;
  /** Where requests go that no job can be made of. */
  readonly refusals: IQueue;
}

/** A caught error goes beside the rest of the execution's state, which later steps still need. */
const ON_ERROR = { resultPath: "$.error" };

const outcomeIs = (outcome: string) => sfn.Condition.stringEquals("$.check.outcome", outcome);
const webhookExpected = sfn.Condition.and(
  outcomeIs("wait"),
  sfn.Condition.booleanEquals("$.check.awaitCallback", true),
);

/**
 * The routes of the workflow. A poll costs CheckStatus, NextStep and Wait (or AwaitCallback), and no
 * more: whichever function records a change publishes it.
 *
 * @returns the first state
 */
export function trackingDefinition(
  scope: Construct,
  { functions, jobTableName, refusals }: TrackingParts,
): sfn.IChainable {
  const { begin, checkStatus, wait, done, duplicate } = followingStates(scope, functions);
  const awaitWebhook = awaitCallback(scope, jobTableName);
  const { archiveVideo, recordArchiveFailure } = archivingStates(scope, functions);
  const { refuseRequest, refused } = refusingStates(scope, refusals);
  const recordFault = faultState(scope, functions);

  begin.next(checkStatus);
  const nextStep = new sfn.Choice(scope, "NextStep")
    .when(outcomeIs("archive"), archiveVideo)
    .when(outcomeIs("end"), done)
    .when(outcomeIs("duplicate"), duplicate)
    .when(webhookExpected, awaitWebhook)
    .otherwise(wait);
  checkStatus.addCatch(refuseRequest, { errors: [MALFORMED_REQUEST], ...ON_ERROR }).next(nextStep);
  wait.next(checkStatus);
  // Anything else that fails leads to the short wait of a plain poll, so that it can never spin.
  awaitWebhook
    .addCatch(checkStatus, { errors: POLL_NOW, ...ON_ERROR })
    .addCatch(wait, ON_ERROR)
    .next(checkStatus);
  refuseRequest.next(refused);
  archiveVideo.addCatch(recordArchiveFailure, ON_ERROR);

  // RecordFault has no catch on purpose: it records the reason and then throws, so that the
  // execution fails at a task. A redrive runs that task again; then it returns, and tracking goes
  // on. (A Fail state would only fail again.) Decision 0003.
  for (const task of [checkStatus, refuseRequest, recordArchiveFailure]) {
    task.addCatch(recordFault, ON_ERROR);
  }
  recordFault.next(checkStatus);
  return begin;
}

/** The task input that names the job and its owner. */
const job = {
  request: sfn.JsonPath.objectAt("$.request"),
  execution: sfn.JsonPath.stringAt("$.execution"),
};

function followingStates(scope: Construct, { checkStatus }: TrackingFunctions) {
  return {
    begin: new sfn.Pass(scope, "Begin", {
      parameters: {
        request: sfn.JsonPath.entirePayload,
        execution: sfn.JsonPath.stringAt("$$.Execution.Id"),
        startedAt: sfn.JsonPath.stringAt("$$.Execution.StartTime"),
      },
    }),
    checkStatus: functionTask(scope, "CheckStatus", {
      function: checkStatus,
      parameters: {
        ...job,
        startedAt: sfn.JsonPath.stringAt("$.startedAt"),
        retryCount: sfn.JsonPath.numberAt("$$.State.RetryCount"),
      },
      resultPath: "$.check",
      timeout: Duration.seconds(45),
      retries: checkRetries,
    }),
    wait: new sfn.Wait(scope, "Wait", { time: sfn.WaitTime.secondsPath("$.check.waitSeconds") }),
    done: new sfn.Succeed(scope, "Done"),
    duplicate: new sfn.Succeed(scope, "Duplicate"),
  };
}

function archivingStates(scope: Construct, { archiveVideo, recordFailure }: TrackingFunctions) {
  return {
    archiveVideo: functionTask(scope, "ArchiveVideo", {
      function: archiveVideo,
      parameters: job,
      resultPath: "$.archive",
      timeout: Duration.seconds(905),
      retries: archiveRetries,
    }),
    recordArchiveFailure: functionTask(scope, "RecordArchiveFailure", {
      function: recordFailure,
      parameters: { kind: "archive", ...job, error: sfn.JsonPath.objectAt("$.error") },
      resultPath: "$.archive",
      timeout: Duration.seconds(25),
      retries: shortFunctionRetries,
    }),
  };
}

/** An event may ask for anything. What is malformed was handled well once a person can find it. */
function refusingStates(scope: Construct, refusals: IQueue) {
  return {
    refuseRequest: sendTask(scope, "RefuseRequest", refusals, {
      request: sfn.JsonPath.objectAt("$.request"),
      error: sfn.JsonPath.objectAt("$.error"),
      execution: sfn.JsonPath.stringAt("$.execution"),
    }),
    refused: new sfn.Succeed(scope, "Refused"),
  };
}

function faultState(scope: Construct, { recordFailure }: TrackingFunctions) {
  return functionTask(scope, "RecordFault", {
    function: recordFailure,
    parameters: { kind: "fault", ...job, error: sfn.JsonPath.objectAt("$.error") },
    resultPath: sfn.JsonPath.DISCARD,
    timeout: Duration.seconds(25),
    retries: faultRetries,
  });
}

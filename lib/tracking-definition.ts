import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import {
  archiveRetries,
  checkRetries,
  faultRetries,
  MALFORMED_REQUEST,
  shortFunctionRetries,
} from "#lib/retry-policy.ts";
import { functionTask, publishTask, sendTask } from "#lib/tracking-tasks.ts";

/** The functions that the workflow calls. */
export interface TrackingFunctions {
  readonly checkStatus: IFunction;
  readonly archiveVideo: IFunction;
  readonly recordFailure: IFunction;
}

/** A caught error goes beside the rest of the execution's state, which later steps still need. */
const ON_ERROR = { resultPath: "$.error" };

const outcomeIs = (outcome: string) => sfn.Condition.stringEquals("$.check.outcome", outcome);
const statusChangedSinceAnnounced = sfn.Condition.booleanEquals("$.check.changed", true);

/**
 * The routes of the workflow. An unchanged poll costs CheckStatus, StatusChanged and Wait, and no
 * more.
 *
 * @param refusals where requests go that no job can be made of
 * @returns the first state
 */
export function trackingDefinition(
  scope: Construct,
  functions: TrackingFunctions,
  refusals: IQueue,
): sfn.IChainable {
  const { begin, checkStatus, publishStatus, wait, done, duplicate } = followingStates(
    scope,
    functions,
  );
  const { archiveVideo, recordArchiveFailure, publishArchiveResult } = archivingStates(
    scope,
    functions,
  );
  const { refuseRequest, refused } = refusingStates(scope, refusals);
  const recordFault = faultState(scope, functions);

  begin.next(checkStatus);
  const whatNext = new sfn.Choice(scope, "WhatNext")
    .when(outcomeIs("archive"), archiveVideo)
    .when(outcomeIs("end"), done)
    .otherwise(wait);
  const statusChanged = new sfn.Choice(scope, "StatusChanged")
    .when(statusChangedSinceAnnounced, publishStatus.next(whatNext))
    .when(outcomeIs("archive"), archiveVideo)
    .when(outcomeIs("end"), done)
    .when(outcomeIs("duplicate"), duplicate)
    .otherwise(wait);
  checkStatus
    .addCatch(refuseRequest, { errors: [MALFORMED_REQUEST], ...ON_ERROR })
    .next(statusChanged);
  wait.next(checkStatus);
  refuseRequest.next(refused);

  archiveVideo.addCatch(recordArchiveFailure, ON_ERROR).next(publishArchiveResult);
  recordArchiveFailure.next(publishArchiveResult);
  publishArchiveResult.next(done);

  // RecordFault has no catch on purpose: it records the reason and then throws, so that the
  // execution fails at a task. A redrive runs that task again; then it returns, and tracking goes
  // on. (A Fail state would only fail again.)
  for (const task of [
    checkStatus,
    refuseRequest,
    publishStatus,
    recordArchiveFailure,
    publishArchiveResult,
  ]) {
    task.addCatch(recordFault, ON_ERROR);
  }
  recordFault.next(checkStatus);
  return begin;
}

/** The task input that names the job, its owner, and what the owner has published. */
const job = {
  request: sfn.JsonPath.objectAt("$.request"),
  execution: sfn.JsonPath.stringAt("$.execution"),
  announced: sfn.JsonPath.numberAt("$.check.announced"),
};

function followingStates(scope: Construct, { checkStatus }: TrackingFunctions) {
  return {
    begin: new sfn.Pass(scope, "Begin", {
      parameters: {
        request: sfn.JsonPath.entirePayload,
        execution: sfn.JsonPath.stringAt("$$.Execution.Id"),
        check: { announced: 0 },
      },
    }),
    checkStatus: functionTask(scope, "CheckStatus", {
      function: checkStatus,
      parameters: job,
      resultPath: "$.check",
      timeout: Duration.seconds(45),
      retries: checkRetries,
    }),
    publishStatus: publishTask(scope, "PublishStatus", "$.check.entries"),
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
    publishArchiveResult: publishTask(scope, "PublishArchiveResult", "$.archive.entries"),
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
    resultPath: "$.check",
    timeout: Duration.seconds(25),
    retries: faultRetries,
  });
}

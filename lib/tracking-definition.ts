import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { awaitCallback, LOOK_NOW } from "#lib/await-callback.ts";
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
const changed = sfn.Condition.booleanEquals("$.check.changed", true);
const changedAnd = (condition: sfn.Condition) => sfn.Condition.and(changed, condition);
const akoolWillCall = sfn.Condition.and(
  outcomeIs("wait"),
  sfn.Condition.booleanEquals("$.check.awaitCallback", true),
);

/**
 * The routes of the workflow. An unchanged poll costs CheckStatus, StatusChanged and Wait (or
 * AwaitCallback), and no more; a change costs one more, since each publishing state knows what
 * follows it.
 *
 * @returns the first state
 */
export function trackingDefinition(
  scope: Construct,
  { functions, jobTableName, refusals }: TrackingParts,
): sfn.IChainable {
  const { begin, checkStatus, wait, done, duplicate } = followingStates(scope, functions);
  const publish = publishingStates(scope);
  const awaitWebhook = awaitCallback(scope, jobTableName);
  const { completedUnpublished, archiveVideo, recordArchiveFailure } = archivingStates(
    scope,
    functions,
  );
  const { refuseRequest, refused } = refusingStates(scope, refusals);
  const recordFault = faultState(scope, functions);

  begin.next(checkStatus);
  const statusChanged = new sfn.Choice(scope, "StatusChanged")
    .when(changedAnd(outcomeIs("archive")), publish.completed.next(archiveVideo))
    .when(changedAnd(outcomeIs("end")), publish.end)
    .when(changedAnd(akoolWillCall), publish.hookedProgress.next(awaitWebhook))
    .when(changed, publish.progress.next(wait))
    .when(outcomeIs("archive"), archiveVideo)
    .when(outcomeIs("end"), done)
    .when(outcomeIs("duplicate"), duplicate)
    .when(akoolWillCall, awaitWebhook)
    .otherwise(wait);
  checkStatus
    .addCatch(refuseRequest, { errors: [MALFORMED_REQUEST], ...ON_ERROR })
    .next(statusChanged);
  wait.next(checkStatus);
  // Anything else that fails leads to the short wait of a plain poll, so that it can never spin.
  awaitWebhook
    .addCatch(checkStatus, { errors: LOOK_NOW, ...ON_ERROR })
    .addCatch(wait, ON_ERROR)
    .next(checkStatus);
  refuseRequest.next(refused);

  // The video matters more than the news of it, which then come with those of the archive.
  publish.completed.addCatch(completedUnpublished, ON_ERROR);
  completedUnpublished.next(archiveVideo);
  archiveVideo.addCatch(recordArchiveFailure, ON_ERROR).next(publish.archiveResult);
  recordArchiveFailure.next(publish.archiveResult);

  // RecordFault has no catch on purpose: it records the reason and then throws, so that the
  // execution fails at a task. A redrive runs that task again; then it returns, and tracking goes
  // on. (A Fail state would only fail again.)
  const { completed: _hasItsOwn, ...published } = publish;
  const mayFault = [checkStatus, refuseRequest, recordArchiveFailure, ...Object.values(published)];
  for (const task of mayFault) task.addCatch(recordFault, ON_ERROR);
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
        startedAt: sfn.JsonPath.stringAt("$$.Execution.StartTime"),
        check: { announced: 0 },
      },
    }),
    checkStatus: functionTask(scope, "CheckStatus", {
      function: checkStatus,
      parameters: { ...job, startedAt: sfn.JsonPath.stringAt("$.startedAt") },
      resultPath: "$.check",
      timeout: Duration.seconds(45),
      retries: checkRetries,
    }),
    wait: new sfn.Wait(scope, "Wait", { time: sfn.WaitTime.secondsPath("$.check.waitSeconds") }),
    done: new sfn.Succeed(scope, "Done"),
    duplicate: new sfn.Succeed(scope, "Duplicate"),
  };
}

/** The same task, once for every way on: a choice behind it would cost a transition a change. */
function publishingStates(scope: Construct) {
  const publishCheck = (id: string) => publishTask(scope, id, "$.check.entries");
  return {
    progress: publishCheck("PublishProgress"),
    hookedProgress: publishCheck("PublishHookedProgress"),
    completed: publishCheck("PublishCompleted"),
    end: publishCheck("PublishEnd"),
    archiveResult: publishTask(scope, "PublishArchiveResult", "$.archive.entries"),
  };
}

function archivingStates(scope: Construct, { archiveVideo, recordFailure }: TrackingFunctions) {
  return {
    // Nothing announced for sure: what is due is then counted from the record's own lower bound.
    completedUnpublished: new sfn.Pass(scope, "CompletedUnpublished", {
      result: sfn.Result.fromObject({ announced: 0 }),
      resultPath: "$.check",
    }),
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
    resultPath: "$.check",
    timeout: Duration.seconds(25),
    retries: faultRetries,
  });
}

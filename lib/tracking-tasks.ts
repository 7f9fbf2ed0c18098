import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { JsonPath, type RetryProps, TaskInput, Timeout } from "aws-cdk-lib/aws-stepfunctions";
import { LambdaInvoke, SqsSendMessage } from "aws-cdk-lib/aws-stepfunctions-tasks";
import type { Construct } from "constructs";
import { deliveryRetries } from "./retry-policy.ts";

/** A call of SQS takes milliseconds; after this it is lost. */
const SERVICE_TIMEOUT = Duration.seconds(30);

/** What a task that calls a function is made of. */
export interface FunctionTaskProps {
  readonly function: IFunction;
  /** The function's input; fields that name a path end in `.$`. */
  readonly parameters: Record<string, unknown>;
  /** Where in the execution's state the function's answer is kept; without one it replaces the state. */
  readonly resultPath?: string;
  /** A little longer than the function's own timeout, so that Lambda reports its timeout first. */
  readonly timeout: Duration;
  readonly retries: readonly RetryProps[];
}

/** A task that calls a function and keeps its plain answer, without Lambda's envelope. */
export function functionTask(scope: Construct, id: string, props: FunctionTaskProps): LambdaInvoke {
  const task = LambdaInvoke.jsonPath(scope, id, {
    lambdaFunction: props.function,
    payload: TaskInput.fromObject(props.parameters),
    payloadResponseOnly: true,
    ...(props.resultPath === undefined ? {} : { resultPath: props.resultPath }),
    taskTimeout: Timeout.duration(props.timeout),
    retryOnServiceExceptions: false,
  });
  for (const retry of props.retries) task.addRetry(retry);
  return task;
}

/**
 * A task that puts a message into a queue and keeps the execution's state as it was.
 *
 * @param body the message, sent as JSON; fields that name a path end in `.$`
 */
export function sendTask(
  scope: Construct,
  id: string,
  queue: IQueue,
  body: Record<string, unknown>,
): SqsSendMessage {
  const task = SqsSendMessage.jsonPath(scope, id, {
    queue,
    messageBody: TaskInput.fromObject(body),
    resultPath: JsonPath.DISCARD,
    taskTimeout: Timeout.duration(SERVICE_TIMEOUT),
  });
  for (const retry of deliveryRetries) task.addRetry(retry);
  return task;
}

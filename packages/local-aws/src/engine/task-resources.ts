import type { FunctionAsset } from "../template/assembly.ts";
import { lambdaTask } from "./lambda-task.ts";
import { SEND_MESSAGE_RESOURCE, sendMessageTask } from "./send-message-task.ts";
import type { TaskHandler, TaskResources } from "./task.ts";
import { UPDATE_ITEM_RESOURCE, updateItemTask } from "./update-item-task.ts";

export interface TaskResourceOptions {
  functions: ReadonlyMap<string, FunctionAsset>;
  /** Invokes a function by its logical id. */
  invoke: (logicalId: string, event: unknown) => Promise<unknown>;
  /** As in `AWS_ENDPOINT_URL_DYNAMODB`. */
  dynamoDbEndpoint: string;
  /** As in `AWS_ENDPOINT_URL_SQS`. */
  sqsEndpoint: string;
}

/**
 * All that a Task state may name here: the stack's functions, SQS's SendMessage, and DynamoDB's
 * UpdateItem with a task token.
 */
export function taskResources(options: TaskResourceOptions): TaskResources {
  const functions = [...options.functions.values()].map(({ arn, logicalId }): Entry => {
    return [arn, lambdaTask((event) => options.invoke(logicalId, event))];
  });
  return new Map([
    ...functions,
    [SEND_MESSAGE_RESOURCE, sendMessageTask({ endpoint: options.sqsEndpoint })],
    [UPDATE_ITEM_RESOURCE, updateItemTask({ endpoint: options.dynamoDbEndpoint })],
  ]);
}

type Entry = [string, TaskHandler];

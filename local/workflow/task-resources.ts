import type { FunctionAsset } from "#local/assembly/assembly.ts";
import { lambdaTask } from "./lambda-task.ts";
import { PUT_EVENTS_RESOURCE, putEventsTask } from "./put-events-task.ts";
import type { TaskHandler, TaskResources } from "./task.ts";

export interface TaskResourceOptions {
  functions: ReadonlyMap<string, FunctionAsset>;
  /** Invokes a function by its logical id. */
  invoke: (logicalId: string, event: unknown) => Promise<unknown>;
  /** As in `AWS_ENDPOINT_URL_EVENTBRIDGE`. */
  eventBridgeEndpoint: string;
}

/** All that a Task state may name here: the stack's functions, and EventBridge's PutEvents. */
export function taskResources(options: TaskResourceOptions): TaskResources {
  const functions = [...options.functions.values()].map(({ arn, logicalId }): Entry => {
    return [arn, lambdaTask((event) => options.invoke(logicalId, event))];
  });
  const publisher = putEventsTask({ endpoint: options.eventBridgeEndpoint });
  return new Map([...functions, [PUT_EVENTS_RESOURCE, publisher]]);
}

type Entry = [string, TaskHandler];

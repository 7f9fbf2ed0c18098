import type { StartInput } from "../step-functions/workflow-engine.ts";
import type { Assembly } from "../template/assembly.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { deliveryStore } from "./delivery-store.ts";
import type { Destination } from "./destination.ts";
import { createEventRouter, type EventRouter } from "./event-router.ts";
import { functionDestination } from "./function-destination.ts";
import { stateMachineDestination } from "./state-machine-destination.ts";

export interface EventRoutingOptions {
  assembly: Pick<Assembly, "rules" | "schedules" | "functions" | "stateMachines" | "queues">;
  /** Where deliveries are kept until they have arrived. */
  directory: string;
  /** As in `AWS_ENDPOINT_URL_SQS`. */
  sqsEndpoint: string;
  /** StartExecution, with its rules on names and repetition. */
  start: (input: StartInput) => Promise<unknown>;
  /** Invokes a function by its logical id. */
  invoke: (logicalId: string, event: unknown) => Promise<unknown>;
  /** Called for every failed delivery, with its consequence. */
  onProblem: (text: string) => void;
}

/**
 * The router of the stack's events: its rules, with its state machines and functions as targets.
 *
 * @throws UnsupportedPattern, UnsupportedRule
 */
export function openEventRouter(options: EventRoutingOptions): EventRouter {
  const { assembly } = options;
  const deadLetters = createDeadLetters(options.sqsEndpoint, assembly.queues);
  const functions = [...assembly.functions.values()].map((asset): [string, Destination] => [
    asset.arn,
    functionDestination(asset, options.invoke),
  ]);
  const machine = stateMachineDestination(options.start);
  const router = createEventRouter({
    rules: assembly.rules,
    schedules: assembly.schedules,
    destinations: new Map([
      ...functions,
      ...assembly.stateMachines.map(({ arn }): [string, Destination] => [arn, machine]),
    ]),
    store: deliveryStore(options.directory),
    deadLetters,
    onProblem: options.onProblem,
  });
  return {
    ...router,
    async close() {
      await router.close();
      deadLetters.close();
    },
  };
}

import type { DeadLetters } from "@akool-archiver/local-aws/event-bridge/dead-letters.ts";
import type { Delivery } from "@akool-archiver/local-aws/event-bridge/delivery.ts";
import type { DeliveryStore } from "@akool-archiver/local-aws/event-bridge/delivery-store.ts";
import {
  createEventRouter,
  type EventRouter,
} from "@akool-archiver/local-aws/event-bridge/event-router.ts";
import { functionDestination } from "@akool-archiver/local-aws/event-bridge/function-destination.ts";
import { stateMachineDestination } from "@akool-archiver/local-aws/event-bridge/state-machine-destination.ts";
import type { Playing } from "./playing.ts";

/** The stack's rules, with their targets, retries and dead letters; kept in memory. */
export function openRouter(
  { world, ledger, invoke, starter }: Pick<Playing, "world" | "ledger" | "invoke" | "starter">,
  deadLetters: DeadLetters,
): EventRouter {
  const { assembly, clock } = world;
  const functions = [...assembly.functions.values()].map(
    (asset) => [asset.arn, functionDestination(asset, invoke)] as const,
  );
  return createEventRouter({
    rules: assembly.rules,
    schedules: assembly.schedules,
    destinations: new Map([
      ...functions,
      [assembly.stateMachine.arn, stateMachineDestination((input) => starter.start(input))],
    ]),
    store: memoryStore(),
    deadLetters: {
      knows: deadLetters.knows,
      send(letter) {
        ledger.count("dead letter");
        return clock.runReal(() => deadLetters.send(letter));
      },
    },
    onProblem: () => ledger.count("delivery failed"),
  });
}

function memoryStore(): DeliveryStore {
  const kept = new Map<string, Delivery>();
  return {
    load: async () => [...kept.values()],
    save: async (delivery) => void kept.set(delivery.id, delivery),
    remove: async ({ id }) => void kept.delete(id),
  };
}

import type { RuleAsset, RuleTarget } from "../template/assembly.ts";
import { type DeliveryOptions, deliver } from "./deliver.ts";
import { type Delivery, newDelivery } from "./delivery.ts";
import type { EventEnvelope } from "./event-bridge.ts";
import { compilePattern } from "./event-pattern.ts";

/** A rule has a target that does not exist here. */
export class UnsupportedRule extends Error {
  override readonly name = "UnsupportedRule";
}

export interface EventRouterOptions extends DeliveryOptions {
  /** The rules of every bus. */
  rules: readonly RuleAsset[];
  /** Rules that {@link EventRouter.routeTo} is called for. */
  schedules?: readonly RoutedRule[];
}

/** A rule as a delivery knows it. */
type RoutedRule = Pick<RuleAsset, "arn"> & { targets: readonly RuleTarget[] };

/** Matches events against rules, and delivers them. */
export interface EventRouter {
  /**
   * Accepts an event: when it resolves, every delivery that follows is on disk and proceeds by
   * itself, in the next process if need be. Each is made at least once.
   */
  route(busName: string, event: EventEnvelope): Promise<void>;
  /** Accepts an event for the targets of one rule, whatever that rule matches. */
  routeTo(rule: RoutedRule, event: EventEnvelope): Promise<void>;
  /**
   * Continues what an earlier process has left. Call it once, when every target can be reached and
   * the state machine has loaded its executions.
   *
   * @returns how many deliveries go on
   */
  resume(): Promise<number>;
  /** Resolves when no delivery is under way or waits for its next attempt. */
  idle(): Promise<void>;
  /** Stops at once, but for the writes under way; what is not delivered stays in the store. */
  close(): Promise<void>;
}

/** @throws UnsupportedPattern, UnsupportedRule */
export function createEventRouter(options: EventRouterOptions): EventRouter {
  const rules = options.rules.map((rule) => {
    requireTargets(rule, options);
    return { rule, matches: compilePattern(rule.pattern) };
  });
  for (const schedule of options.schedules ?? []) requireTargets(schedule, options);
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();
  const accepting = new Set<Promise<unknown>>();
  /** Deliveries of this process, which `resume` must skip in the store; unused after it. */
  let begun: Set<string> | undefined = new Set();

  function begin(delivery: Delivery): void {
    begun?.add(delivery.id);
    const work = deliver(delivery, options, closing.signal)
      .catch((error: unknown) => {
        if (closing.signal.aborted) return;
        options.onProblem(`A delivery is kept for the next start: ${error}`);
      })
      .finally(() => underWay.delete(work));
    underWay.add(work);
  }

  /** Nobody else may wait for a write: a schedule that fires just before the end does not. */
  async function accepted(saving: Promise<unknown>): Promise<void> {
    accepting.add(saving);
    await saving.finally(() => accepting.delete(saving));
  }

  async function deliverTo(matching: readonly RoutedRule[], event: EventEnvelope) {
    const deliveries = matching.flatMap((rule) =>
      rule.targets.map((target) => newDelivery(rule, target, event, Date.now())),
    );
    await accepted(Promise.all(deliveries.map((delivery) => options.store.save(delivery))));
    for (const delivery of deliveries) begin(delivery);
  }

  return {
    route: (busName, event) =>
      deliverTo(
        rules
          .filter(({ rule, matches }) => rule.busName === busName && matches(event))
          .map(({ rule }) => rule),
        event,
      ),
    routeTo: (rule, event) => deliverTo([rule], event),
    async resume() {
      const kept = await options.store.load();
      const deliveries = kept.filter(({ id }) => !begun?.has(id));
      begun = undefined;
      for (const delivery of deliveries) begin(delivery);
      return deliveries.length;
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async close() {
      closing.abort();
      await Promise.allSettled(accepting);
      await Promise.all(underWay);
    },
  };
}

function requireTargets(rule: RoutedRule, { destinations, deadLetters }: EventRouterOptions): void {
  for (const { arn, deadLetterQueueArn: queue } of rule.targets) {
    if (!destinations.has(arn)) {
      throw new UnsupportedRule(`${rule.arn} has a target that cannot be reached here: ${arn}`);
    }
    if (queue !== undefined && !deadLetters.knows(queue)) {
      throw new UnsupportedRule(`${rule.arn} has a dead-letter queue that is not here: ${queue}`);
    }
  }
}

import { setTimeout as delay } from "node:timers/promises";
import type { DeadLetters } from "./dead-letters.ts";
import type { Delivery } from "./delivery.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import {
  type Destination,
  deliveryFailure,
  type ExhaustedCondition,
  type Failure,
} from "./destination.ts";

export interface DeliveryOptions {
  /** By ARN. */
  destinations: ReadonlyMap<string, Destination>;
  store: DeliveryStore;
  deadLetters: Pick<DeadLetters, "send" | "knows">;
  /** Called for every failed attempt, with its consequence. */
  onProblem: (text: string) => void;
}

/**
 * Delivers an event to its target, retries by the target's policy, and finally sends it to the
 * dead-letter queue. It stays in the store until one of the two has succeeded.
 *
 * @param signal stops at once, and leaves the delivery in the store
 * @throws the signal's reason, and what the store or the dead-letter queue fails with
 */
export async function deliver(
  started: Delivery,
  options: DeliveryOptions,
  signal: AbortSignal,
): Promise<void> {
  let delivery = started;
  for (;;) {
    signal.throwIfAborted();
    const failure = await interruptible(attempt(delivery, options), signal);
    if (failure === undefined) break;
    delivery = { ...delivery, failedAttempts: delivery.failedAttempts + 1 };
    const exhausted = exhaustedCondition(failure, delivery, Date.now());
    if (failure.retry === undefined || exhausted !== undefined) {
      await giveUp(delivery, failure, exhausted, options);
      break;
    }
    await options.store.save(delivery);
    options.onProblem(`${describe(delivery)} failed and will be tried again: ${failure.message}`);
    await delay(failure.retry.delayMs(delivery.failedAttempts), undefined, { signal });
  }
  await options.store.remove(delivery);
}

/** A delivery from an earlier run may name a target that no longer exists. */
async function attempt(
  delivery: Delivery,
  { destinations }: DeliveryOptions,
): Promise<Failure | undefined> {
  const { arn } = delivery.target;
  const destination = destinations.get(arn);
  return destination === undefined
    ? deliveryFailure("NO_RESOURCE", `${arn} does not exist`)
    : destination.attempt(delivery);
}

function exhaustedCondition(
  { retry }: Failure,
  { failedAttempts, createdAt }: Delivery,
  now: number,
): ExhaustedCondition | undefined {
  if (retry === undefined) return undefined;
  if (failedAttempts > retry.maxRetries) return "MaximumRetryAttempts";
  return now - createdAt >= retry.maxAgeSeconds * 1000 ? "MaximumEventAgeInSeconds" : undefined;
}

async function giveUp(
  delivery: Delivery,
  failure: Failure,
  exhausted: ExhaustedCondition | undefined,
  { deadLetters, onProblem }: DeliveryOptions,
): Promise<void> {
  const letter = failure.deadLetter(delivery, exhausted);
  if (letter !== undefined && deadLetters.knows(letter.queueArn)) {
    await deadLetters.send(letter);
    onProblem(`${describe(delivery)} failed and went to the dead-letter queue: ${failure.message}`);
  } else {
    onProblem(`${describe(delivery)} failed and is lost, as in AWS: ${failure.message}`);
  }
}

function describe({ event, target }: Delivery): string {
  return `Event ${event.id} (${event["detail-type"]}) for ${target.arn}`;
}

/** The result of an attempt that is running at the signal is ignored. */
async function interruptible<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

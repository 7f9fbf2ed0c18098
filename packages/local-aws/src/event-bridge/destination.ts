import type { Delivery } from "./delivery.ts";

/** Which limit ended the attempts, in EventBridge's words. */
export type ExhaustedCondition = "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";

/** How often, for how long and after which pauses a failed delivery is tried again. */
export interface RetryPolicy {
  maxRetries: number;
  maxAgeSeconds: number;
  /** Milliseconds before the attempt after this many failed ones. */
  delayMs(failedAttempts: number): number;
}

/** A message for a queue of what could not be delivered. */
export interface DeadLetter {
  queueArn: string;
  body: string;
  /** Message attributes, all of type String. */
  attributes: Readonly<Record<string, string>>;
}

/** Why an attempt failed, and what is to come of it. */
export interface Failure {
  message: string;
  /** Absent when no later attempt could do better. */
  retry?: RetryPolicy;
  /** What is kept when there are no more attempts; nothing when AWS would drop the event. */
  deadLetter(given: Delivery, exhausted?: ExhaustedCondition): DeadLetter | undefined;
}

/** Something that rules may name as a target. */
export interface Destination {
  /** One attempt. @returns nothing when the event has arrived */
  attempt(delivery: Delivery): Promise<Failure | undefined>;
}

/**
 * A failure of EventBridge's own delivery, for which the target's dead-letter queue is.
 *
 * Source: EventBridge user guide, "Using dead-letter queues to process undelivered events".
 *
 * @param errorCode such as NO_RESOURCE
 */
export function deliveryFailure(errorCode: string, message: string, retry?: RetryPolicy): Failure {
  return {
    message: `${errorCode}: ${message}`,
    ...(retry && { retry }),
    deadLetter({ ruleArn, target, event, failedAttempts }, exhausted) {
      if (target.deadLetterQueueArn === undefined) return undefined;
      return {
        queueArn: target.deadLetterQueueArn,
        body: JSON.stringify(event),
        attributes: {
          RULE_ARN: ruleArn,
          TARGET_ARN: target.arn,
          ERROR_CODE: errorCode,
          ERROR_MESSAGE: message,
          RETRY_ATTEMPTS: String(failedAttempts - 1),
          ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
        },
      };
    },
  };
}

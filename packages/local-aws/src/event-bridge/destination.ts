import type { Delivery } from "./delivery.ts";

/** Which limit ended the retries, in EventBridge's words. */
export type ExhaustedCondition = "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";

/** How often, for how long and after which pauses a failed delivery is tried again. */
export interface RetryPolicy {
  maxRetries: number;
  maxAgeSeconds: number;
  /** Milliseconds before the attempt after this many failed ones. */
  delayMs(failedAttempts: number): number;
}

/** A message for a dead-letter queue. */
export interface DeadLetter {
  queueArn: string;
  body: string;
  /** Message attributes, all of type String. */
  attributes: Readonly<Record<string, string>>;
}

/** Why an attempt failed, and what happens next. */
export interface Failure {
  message: string;
  /** Absent when a retry could not succeed. */
  retry?: RetryPolicy;
  /** The dead letter once retries are exhausted; absent when AWS would drop the event. */
  deadLetter(given: Delivery, exhausted?: ExhaustedCondition): DeadLetter | undefined;
}

/** A possible target of rules. */
export interface Destination {
  /** One attempt. @returns nothing when the event has arrived */
  attempt(delivery: Delivery): Promise<Failure | undefined>;
}

/**
 * A failure of EventBridge's own delivery, which ends in the target's dead-letter queue.
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

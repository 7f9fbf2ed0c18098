import { type ErrorAnswer, FunctionError, RuntimeClosed } from "../lambda/function-error.ts";
import type { FunctionAsset } from "../template/assembly.ts";
import { type Delivery, targetInput } from "./delivery.ts";
import {
  type Destination,
  deliveryFailure,
  type ExhaustedCondition,
  type Failure,
} from "./destination.ts";

/** Documented for Lambda's asynchronous invocation: a minute, then two. */
const RETRY_STEP_MS = 60_000;

/** In the words of Lambda's record of a failed invocation. */
const CONDITIONS: Readonly<Record<ExhaustedCondition, string>> = {
  MaximumRetryAttempts: "RetriesExhausted",
  MaximumEventAgeInSeconds: "EventAgeExceeded",
};

/**
 * A function as a target, invoked asynchronously. EventBridge is done once Lambda has the event.
 * When the function fails, Lambda retries and finally sends a record of the invocation to the
 * function's on-failure destination, or drops it. The rule's dead-letter queue only receives calls
 * that Lambda does not accept.
 */
export function functionDestination(
  asset: FunctionAsset,
  invoke: (logicalId: string, event: unknown) => Promise<unknown>,
): Destination {
  return {
    async attempt(delivery) {
      try {
        await invoke(asset.logicalId, targetInput(delivery));
        return undefined;
      } catch (error) {
        // The process is closing; the delivery is kept for the next one.
        if (error instanceof RuntimeClosed) throw error;
        if (error instanceof FunctionError) return functionFailure(asset, error.answer);
        return deliveryFailure("SDK_CLIENT_ERROR", String(error));
      }
    },
  };
}

function functionFailure(asset: FunctionAsset, answer: ErrorAnswer): Failure {
  const { maxRetryAttempts, maxEventAgeSeconds, onFailureQueueArn } = asset.asynchronous;
  return {
    message: `${asset.logicalId} failed with ${answer.errorType}: ${answer.errorMessage}`,
    retry: {
      maxRetries: maxRetryAttempts,
      maxAgeSeconds: maxEventAgeSeconds,
      delayMs: (failedAttempts) => failedAttempts * RETRY_STEP_MS,
    },
    deadLetter: (delivery, exhausted = "MaximumRetryAttempts") =>
      onFailureQueueArn === undefined
        ? undefined
        : {
            queueArn: onFailureQueueArn,
            body: JSON.stringify(invocationRecord(asset, delivery, answer, exhausted)),
            attributes: {},
          },
  };
}

/** Source: Lambda developer guide, "Capturing records of asynchronous invocations". */
function invocationRecord(
  asset: FunctionAsset,
  delivery: Delivery,
  answer: ErrorAnswer,
  exhausted: ExhaustedCondition,
) {
  return {
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: delivery.id,
      functionArn: `${asset.arn}:$LATEST`,
      condition: CONDITIONS[exhausted],
      approximateInvokeCount: delivery.failedAttempts,
    },
    requestPayload: targetInput(delivery),
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: answer,
  };
}

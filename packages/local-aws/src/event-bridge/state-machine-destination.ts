import { AwsJsonError } from "../http/aws-json.ts";
import type { StartInput } from "../step-functions/workflow-engine.ts";
import { type Delivery, targetInput } from "./delivery.ts";
import {
  type Destination,
  deliveryFailure,
  type Failure,
  type RetryPolicy,
} from "./destination.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60 * 1_000;

/**
 * A state machine as a target: every event starts an execution. EventBridge makes up the
 * execution's name; here it consists of the ids of event and delivery, so that an attempt repeated
 * after a crash finds the execution that it has started.
 *
 * @param start StartExecution, with its rules on names and repetition
 */
export function stateMachineDestination(
  start: (input: StartInput) => Promise<unknown>,
): Destination {
  return {
    async attempt(delivery) {
      try {
        await start({
          stateMachineArn: delivery.target.arn,
          name: `${delivery.event.id}_${delivery.id}`,
          input: JSON.stringify(targetInput(delivery)),
        });
        return undefined;
      } catch (error) {
        return failureOf(error, delivery);
      }
    },
  };
}

function failureOf(error: unknown, { target }: Delivery): Failure | undefined {
  const { name, message } = named(error);
  if (name === "ExecutionAlreadyExists") return undefined;
  if (name === "StateMachineDoesNotExist") return deliveryFailure("NO_RESOURCE", message);
  if (name === "InvalidExecutionInput") return deliveryFailure("INVALID_PARAMETER", message);
  return deliveryFailure("INTERNAL_ERROR", `${name}: ${message}`, policyOf(target));
}

function named(error: unknown): { name: string; message: string } {
  if (error instanceof AwsJsonError) return { name: error.type, message: error.message };
  return error instanceof Error ? error : new Error(String(error));
}

/** EventBridge backs off exponentially with jitter; its bounds are not documented. */
function policyOf({ retry }: Delivery["target"]): RetryPolicy {
  return {
    maxRetries: retry.maxAttempts,
    maxAgeSeconds: retry.maxAgeSeconds,
    delayMs: (failedAttempts) =>
      Math.min(FIRST_PAUSE_MS * 2 ** (failedAttempts - 1), LONGEST_PAUSE_MS) *
      (0.5 + Math.random() / 2),
  };
}

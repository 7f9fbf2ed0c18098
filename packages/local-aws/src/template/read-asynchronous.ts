import * as z from "zod/mini";
import type { AsynchronousInvocation } from "./assembly.ts";
import { type Resources, resolve, resolveText } from "./intrinsics.ts";
import { readProperties } from "./strict-properties.ts";

const configSchema = z.strictObject({
  FunctionName: z.unknown(),
  Qualifier: z.literal("$LATEST"),
  MaximumRetryAttempts: z.optional(z.number()),
  MaximumEventAgeInSeconds: z.optional(z.number()),
  DestinationConfig: z.optional(
    z.strictObject({ OnFailure: z.optional(z.strictObject({ Destination: z.unknown() })) }),
  ),
});

/** Lambda's defaults: two more attempts, within six hours. */
const DEFAULTS = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 };

/**
 * The template's settings for a function's asynchronous invocations.
 *
 * @throws UnreadableAssembly
 */
export function readAsynchronous(
  functionName: string,
  resources: Resources,
): AsynchronousInvocation {
  const config = { ...DEFAULTS, ...configOf(functionName, resources) };
  const destination = config.DestinationConfig?.OnFailure?.Destination;
  return {
    maxRetryAttempts: config.MaximumRetryAttempts,
    maxEventAgeSeconds: config.MaximumEventAgeInSeconds,
    ...(destination !== undefined && { onFailureQueueArn: resolveText(destination, resources) }),
  };
}

function configOf(functionName: string, resources: Resources) {
  const found = Object.entries(resources).find(
    ([, { Type, Properties }]) =>
      Type === "AWS::Lambda::EventInvokeConfig" &&
      resolve(Properties.FunctionName, resources) === functionName,
  );
  if (found === undefined) return {};
  const [logicalId, { Properties }] = found;
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = readProperties(
    configSchema,
    logicalId,
    Properties,
  );
  return {
    ...(MaximumRetryAttempts !== undefined && { MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds }),
    ...(DestinationConfig && { DestinationConfig }),
  };
}

import * as z from "zod/mini";
import type { RuleAsset, RuleTarget } from "./assembly.ts";
import { type Resources, resolve, resolveText } from "./intrinsics.ts";
import { identify } from "./local-names.ts";
import { readProperties } from "./strict-properties.ts";

/** Roles and permissions have no meaning locally, so the role is not even resolved. */
const targetSchema = z.strictObject({
  Arn: z.unknown(),
  Id: z.string(),
  RoleArn: z.optional(z.unknown()),
  InputPath: z.optional(z.string().check(z.regex(/^\$(\.[A-Za-z_][\w-]*)*$/, "not a plain path"))),
  DeadLetterConfig: z.optional(z.strictObject({ Arn: z.unknown() })),
  RetryPolicy: z.optional(
    z.strictObject({
      MaximumRetryAttempts: z.optional(z.number()),
      MaximumEventAgeInSeconds: z.optional(z.number()),
    }),
  ),
});

const ruleSchema = z.strictObject({
  Name: z.optional(z.string()),
  Description: z.optional(z.string()),
  EventBusName: z.optional(z.unknown()),
  EventPattern: z.record(z.string(), z.unknown()),
  State: z.optional(z.enum(["ENABLED", "DISABLED"])),
  Tags: z.optional(z.unknown()),
  Targets: z._default(z.array(targetSchema), []),
});

/** EventBridge's own, where a target names no others. */
const DEFAULT_RETRY = { maxAttempts: 185, maxAgeSeconds: 86_400 };

/**
 * The enabled rules of the template.
 *
 * @throws UnreadableAssembly for a schedule, an input transformer, and whatever else is not known
 */
export function readRules(resources: Resources): RuleAsset[] {
  return Object.entries(resources)
    .filter(([, { Type }]) => Type === "AWS::Events::Rule")
    .flatMap(([logicalId, resource]) => {
      const rule = readProperties(ruleSchema, logicalId, resource.Properties);
      if (rule.State === "DISABLED") return [];
      return {
        arn: z.string().parse(identify(logicalId, resource).attributes.Arn),
        busName: busNameOf(rule.EventBusName, resources),
        pattern: resolve(rule.EventPattern, resources),
        targets: rule.Targets.map((target) => describe(target, resources)),
      };
    });
}

/** A rule names its bus by name or ARN, or is on the account's default bus. */
function busNameOf(bus: unknown, resources: Resources): string {
  if (bus === undefined) return "default";
  return resolveText(bus, resources).replace(/^arn:.*:event-bus\//, "");
}

function describe(target: z.infer<typeof targetSchema>, resources: Resources): RuleTarget {
  const { InputPath, DeadLetterConfig, RetryPolicy = {} } = target;
  return {
    id: target.Id,
    arn: resolveText(target.Arn, resources),
    ...(InputPath !== undefined && { inputPath: InputPath }),
    ...(DeadLetterConfig && { deadLetterQueueArn: resolveText(DeadLetterConfig.Arn, resources) }),
    retry: {
      maxAttempts: RetryPolicy.MaximumRetryAttempts ?? DEFAULT_RETRY.maxAttempts,
      maxAgeSeconds: RetryPolicy.MaximumEventAgeInSeconds ?? DEFAULT_RETRY.maxAgeSeconds,
    },
  };
}

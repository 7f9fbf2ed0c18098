import * as z from "zod/mini";
import type { RuleAsset, RuleTarget, ScheduleAsset } from "./assembly.ts";
import { type Resources, resolve, resolveText } from "./intrinsics.ts";
import { identify, type Resource } from "./local-names.ts";
import { readProperties } from "./strict-properties.ts";

/** Roles and permissions have no effect locally, so the role is not resolved. */
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

const common = {
  Name: z.optional(z.string()),
  Description: z.optional(z.string()),
  State: z.optional(z.enum(["ENABLED", "DISABLED"])),
  Tags: z.optional(z.unknown()),
  Targets: z._default(z.array(targetSchema), []),
};

const ruleSchema = z.strictObject({
  ...common,
  EventBusName: z.optional(z.unknown()),
  EventPattern: z.record(z.string(), z.unknown()),
});

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

const scheduleSchema = z.strictObject({
  ...common,
  ScheduleExpression: z.string().check(z.regex(RATE, "is no rate: cron is not honoured here")),
});

/** EventBridge's defaults for a target's retry policy. */
const DEFAULT_RETRY = { maxAttempts: 185, maxAgeSeconds: 86_400 };

/**
 * The enabled rules of the template that match events.
 *
 * @throws UnreadableAssembly for an input transformer, and whatever else is not known
 */
export function readRules(resources: Resources): RuleAsset[] {
  return rulesOf(resources, ({ ScheduleExpression }) => ScheduleExpression === undefined).flatMap(
    ([logicalId, resource]) => {
      const rule = readProperties(ruleSchema, logicalId, resource.Properties);
      if (rule.State === "DISABLED") return [];
      return {
        arn: arnOf(logicalId, resource),
        busName: busNameOf(rule.EventBusName, resources),
        pattern: resolve(rule.EventPattern, resources),
        targets: rule.Targets.map((target) => describe(target, resources)),
      };
    },
  );
}

/**
 * The enabled rules of the template that fire at a fixed rate.
 *
 * @throws UnreadableAssembly for a cron expression, and whatever else is not known
 */
export function readSchedules(resources: Resources): ScheduleAsset[] {
  return rulesOf(resources, ({ ScheduleExpression }) => ScheduleExpression !== undefined).flatMap(
    ([logicalId, resource]) => {
      const rule = readProperties(scheduleSchema, logicalId, resource.Properties);
      if (rule.State === "DISABLED") return [];
      return {
        arn: arnOf(logicalId, resource),
        everyMs: millisecondsOf(rule.ScheduleExpression),
        targets: rule.Targets.map((target) => describe(target, resources)),
      };
    },
  );
}

function rulesOf(resources: Resources, wanted: (properties: Resource["Properties"]) => boolean) {
  return Object.entries(resources).filter(
    ([, { Type, Properties }]) => Type === "AWS::Events::Rule" && wanted(Properties),
  );
}

function arnOf(logicalId: string, resource: Resource): string {
  return z.string().parse(identify(logicalId, resource).attributes.Arn);
}

function millisecondsOf(rate: string): number {
  const [, count, unit = ""] = RATE.exec(rate) ?? [];
  return Number(count) * (UNIT_MS[unit] ?? Number.NaN);
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

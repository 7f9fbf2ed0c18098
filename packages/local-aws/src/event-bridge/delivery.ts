import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import type { RuleAsset, RuleTarget } from "../template/assembly.ts";
import type { EventEnvelope } from "./event-bridge.ts";

const envelopeSchema = z.strictObject({
  version: z.literal("0"),
  id: z.string(),
  "detail-type": z.string(),
  source: z.string(),
  account: z.string(),
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
});

const targetSchema = z.strictObject({
  id: z.string(),
  arn: z.string(),
  inputPath: z.exactOptional(z.string()),
  deadLetterQueueArn: z.exactOptional(z.string()),
  retry: z.strictObject({ maxAttempts: z.number(), maxAgeSeconds: z.number() }),
});

/** An event on its way to one target of one rule, as it is kept until it has arrived. */
export const deliverySchema = z.strictObject({
  /** Also part of the name of the execution that it starts, so that repeating it starts no other. */
  id: z.string(),
  ruleArn: z.string(),
  target: targetSchema,
  event: envelopeSchema,
  /** Epoch milliseconds. */
  createdAt: z.number(),
  /** Attempts that have failed. */
  failedAttempts: z.int(),
});

export type Delivery = z.infer<typeof deliverySchema>;

/** @param now epoch milliseconds */
export function newDelivery(
  rule: Pick<RuleAsset, "arn">,
  target: RuleTarget,
  event: EventEnvelope,
  now: number,
): Delivery {
  return {
    id: randomUUID(),
    ruleArn: rule.arn,
    target,
    event,
    createdAt: now,
    failedAttempts: 0,
  };
}

/** What the target gets: the whole event, or the part that the rule names. */
export function targetInput({ event, target }: Delivery): unknown {
  const [, ...fields] = (target.inputPath ?? "$").split(".");
  return fields.reduce<unknown>(
    (value, field) =>
      typeof value === "object" && value !== null
        ? new Map(Object.entries(value)).get(field)
        : null,
    event,
  );
}

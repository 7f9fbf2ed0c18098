import type { Template } from "aws-cdk-lib/assertions";
import * as z from "zod/mini";

const retrier = z.looseObject({ ErrorEquals: z.array(z.string()), MaxAttempts: z.int() });
const catcher = z.looseObject({ ErrorEquals: z.array(z.string()), Next: z.string() });
const choice = z.looseObject({ Next: z.string() });

const stateSchema = z.looseObject({
  Type: z.string(),
  Resource: z.optional(z.string()),
  Next: z.optional(z.string()),
  Default: z.optional(z.string()),
  Choices: z.optional(z.array(choice)),
  TimeoutSeconds: z.optional(z.int()),
  Retry: z.optional(z.array(retrier)),
  Catch: z.optional(z.array(catcher)),
});

const definitionSchema = z.looseObject({
  StartAt: z.string(),
  TimeoutSeconds: z.int(),
  States: z.record(z.string(), stateSchema),
});

export type State = z.infer<typeof stateSchema>;
export type Definition = z.infer<typeof definitionSchema>;

const getAtt = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) });
const joined = z.object({
  "Fn::Join": z.tuple([z.literal(""), z.array(z.union([z.string(), getAtt]))]),
});
const machine = z.object({ Properties: z.object({ DefinitionString: joined }) });

/**
 * The tracking machine's definition as Step Functions will get it. A function's ARN ends in its
 * logical id.
 */
export function trackingDefinitionOf(template: Template): Definition {
  const machines = Object.values(template.findResources("AWS::StepFunctions::StateMachine"));
  const [, parts] = machine.parse(machines[0]).Properties.DefinitionString["Fn::Join"];
  const text = parts.map((part) => (typeof part === "string" ? part : functionArn(part)));
  return definitionSchema.parse(JSON.parse(text.join("")));
}

function functionArn({ "Fn::GetAtt": [logicalId] }: z.infer<typeof getAtt>): string {
  return `arn:aws:lambda:eu-west-1:123456789012:function:${logicalId}`;
}

/** Every state that a state can lead to, catchers included. */
export function successorsOf(state: State): string[] {
  const next = [state.Next, state.Default].filter((name) => name !== undefined);
  const branches = [...(state.Choices ?? []), ...(state.Catch ?? [])].map(({ Next }) => Next);
  return [...next, ...branches];
}

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
  TimeoutSecondsPath: z.optional(z.string()),
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

const functionArn = z.pipe(
  z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) }),
  z.transform(
    ({ "Fn::GetAtt": [logicalId] }) =>
      `arn:aws:lambda:eu-west-1:123456789012:function:${logicalId}`,
  ),
);
const partition = z.pipe(
  z.object({ Ref: z.literal("AWS::Partition") }),
  z.transform(() => "aws"),
);
const tableName = z.pipe(
  z.object({ Ref: z.string().check(z.regex(/^JobsTable/)) }),
  z.transform(({ Ref }) => Ref),
);
const queueUrl = z.pipe(
  z.object({ Ref: z.string().check(z.regex(/^DeadLettersQueue/)) }),
  z.transform(({ Ref }) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${Ref}`),
);
const part = z.union([z.string(), functionArn, partition, tableName, queueUrl]);
const joined = z.object({ "Fn::Join": z.tuple([z.literal(""), z.array(part)]) });
const machine = z.object({ Properties: z.object({ DefinitionString: joined }) });

/**
 * The tracking machine's definition as Step Functions will get it. A function's ARN and a queue's
 * URL end in the logical id, and a table's name is its logical id.
 */
export function trackingDefinitionOf(template: Template): Definition {
  const machines = Object.values(template.findResources("AWS::StepFunctions::StateMachine"));
  const [, parts] = machine.parse(machines[0]).Properties.DefinitionString["Fn::Join"];
  return definitionSchema.parse(JSON.parse(parts.join("")));
}

/** Every state that a state can lead to, catchers included. */
export function successorsOf(state: State): string[] {
  const next = [state.Next, state.Default].filter((name) => name !== undefined);
  const branches = [...(state.Choices ?? []), ...(state.Catch ?? [])].map(({ Next }) => Next);
  return [...next, ...branches];
}

import type { Template } from "./template.ts";

/** A copy with a resource that comes last, and that nobody can make. */
export function withResourceThatFails(template: Template): Template {
  const Fails = {
    Type: "AWS::SQS::Queue",
    // SQS keeps messages for a minute at least.
    Properties: { MessageRetentionPeriod: 1 },
    DependsOn: Object.keys(template.Resources),
  };
  return { ...template, Resources: { ...template.Resources, Fails } };
}

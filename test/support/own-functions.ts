import type { Template } from "aws-cdk-lib/assertions";

/** The helpers that CDK makes for its custom resources; they are no part of the archiver's work. */
const HELPER = /^(AWS679f53fac002430cb0da5b7982bd2287|CustomS3AutoDeleteObjects)/;

/** The archiver's own functions, by logical id, without CDK's helpers. */
export function ownFunctions(template: Template): Record<string, Record<string, unknown>> {
  const all = Object.entries(template.findResources("AWS::Lambda::Function"));
  return Object.fromEntries(all.filter(([id]) => !HELPER.test(id)));
}

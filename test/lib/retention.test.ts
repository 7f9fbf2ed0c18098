import { Match, Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import type { ArchiverStack } from "#lib/archiver-stack.ts";
import { createStack, synthesizeTemplate } from "#test/support/synthesize.ts";

const PROTECTION = "Custom::TableProtection";

let template: Template;
let stack: ArchiverStack;
beforeAll(() => {
  stack = createStack();
  template = Template.fromStack(stack);
});

describe("what must not be lost", () => {
  it("outlives the stack, but not a first deployment that fails", () => {
    const kept = { DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" };

    const count = (type: string) => Object.keys(template.findResources(type, kept)).length;
    expect(count("AWS::S3::Bucket")).toBe(2);
    expect(count("AWS::DynamoDB::GlobalTable")).toBe(3);
  });

  it("is protected by a resource that is made after the table and goes before it", () => {
    const protections = Object.values(template.findResources(PROTECTION));

    expect(protections).toHaveLength(3);
    for (const table of ["JobsTable", "SubmissionsTable", "LedgerTable"]) {
      template.hasResourceProperties(PROTECTION, {
        Create: inJson('"DeletionProtectionEnabled":true', table),
        Update: inJson('"DeletionProtectionEnabled":true', table),
        Delete: inJson('"DeletionProtectionEnabled":false', table),
      });
    }
    // CloudFormation could not take a first deployment back that had protected a table by property.
    template.allResourcesProperties("AWS::DynamoDB::GlobalTable", {
      Replicas: [Match.objectLike({ DeletionProtectionEnabled: Match.absent() })],
    });
  });

  it("is not, once the data may go with the stack", () => {
    const context = { "archiver.removalPolicy": "destroy" };

    synthesizeTemplate(context).resourceCountIs(PROTECTION, 0);
    expect(createStack(context).terminationProtection).toBe(false);
  });

  it("is not deleted with a stack that somebody deletes by mistake", () => {
    expect(stack.terminationProtection).toBe(true);
  });
});

/** A call as CDK writes it: JSON, with a reference to the table in it. */
function inJson(text: string, table: string) {
  return {
    "Fn::Join": [
      "",
      Match.arrayWith([
        Match.objectLike({ Ref: Match.stringLikeRegexp(`^${table}`) }),
        Match.stringLikeRegexp(text),
      ]),
    ],
  };
}

import { Match } from "aws-cdk-lib/assertions";
import { describe, it } from "vitest";
import { JOB_TABLE_PROPERTIES } from "#test/support/dynamodb.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

describe("the job table", () => {
  it("is in the stack what the store's tests take it for", () => {
    synthesizeTemplate().hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      ...JOB_TABLE_PROPERTIES,
      AttributeDefinitions: Match.arrayWith(JOB_TABLE_PROPERTIES.AttributeDefinitions),
    });
  });
});

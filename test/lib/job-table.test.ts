import {
  JOB_TABLE_PROPERTIES,
  LEDGER_TABLE_PROPERTIES,
  SUBMISSION_TABLE_PROPERTIES,
} from "@akool-archiver/test-support/dynamodb.ts";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, it } from "vitest";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

let template: Template;
beforeAll(() => {
  template = synthesizeTemplate();
});

describe("the tables", () => {
  it.each([
    ["jobs", JOB_TABLE_PROPERTIES],
    ["submissions", SUBMISSION_TABLE_PROPERTIES],
    ["the ledger", LEDGER_TABLE_PROPERTIES],
  ])("of %s are in the stack what the stores' tests take them for", (_, properties) => {
    for (const definition of properties.AttributeDefinitions) {
      template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
        ...properties,
        // In whichever order: each on its own.
        AttributeDefinitions: Match.arrayWith([definition]),
      });
    }
  });
});

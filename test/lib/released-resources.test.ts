import { describe, expect, it } from "vitest";
import { type StatefulResources, statefulResources } from "#scripts/stateful-resources.ts";
import { RELEASES, released } from "#test/support/released.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

const today = statefulResources(synthesizeTemplate().toJSON());

describe.each(RELEASES)("an upgrade from %s", (version) => {
  const before = released(version, "stateful-resources.json") as StatefulResources;

  it.each(Object.keys(before))("leaves %s and its content where it is", (logicalId) => {
    // Under another logical id, or with another key, CloudFormation makes a new and empty one.
    expect(today[logicalId]).toEqual(before[logicalId]);
  });
});

describe("what keeps something", () => {
  const template = (Properties: object) => ({
    Resources: { T: { Type: "AWS::DynamoDB::GlobalTable", Properties }, F: { Type: "X" } },
  });

  it("is known by what may not change, and by nothing else", () => {
    const KeySchema = [{ AttributeName: "id", KeyType: "HASH" }];

    expect(statefulResources(template({ KeySchema, BillingMode: "PAY_PER_REQUEST" }))).toEqual({
      T: { type: "AWS::DynamoDB::GlobalTable", kept: { KeySchema } },
    });
  });

  it("is tables, buckets, queues and the bus", () => {
    const types = new Set(Object.values(today).map(({ type }) => type));

    expect([...types].sort()).toEqual([
      "AWS::DynamoDB::GlobalTable",
      "AWS::Events::EventBus",
      "AWS::S3::Bucket",
      "AWS::SQS::Queue",
    ]);
  });
});

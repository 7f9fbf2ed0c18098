import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

const SCHEMAS = "AWS::EventSchemas::Schema";
const ARCHIVE = "AWS::Events::Archive";

describe("a region", () => {
  it("that is not known, or has everything, gets everything", () => {
    for (const region of [undefined, "eu-west-1", "us-east-1"]) {
      const template = synthesizeTemplate({}, region);

      template.resourceCountIs(SCHEMAS, 3);
      template.resourceCountIs(ARCHIVE, 1);
    }
  });

  it("without a schema registry gets everything else", () => {
    const template = synthesizeTemplate({}, "il-central-1");

    template.resourceCountIs(SCHEMAS, 0);
    template.resourceCountIs("AWS::EventSchemas::Registry", 0);
    template.resourceCountIs(ARCHIVE, 1);
  });

  it("without archives of events gets no archive", () => {
    synthesizeTemplate({}, "ap-east-2").resourceCountIs(ARCHIVE, 0);
  });

  it("does not overrule a setting", () => {
    const archiver = { schemaRegistry: true, eventArchive: true };
    const told = synthesizeTemplate({ archiver }, "ap-east-2");
    const without = synthesizeTemplate({
      archiver: { schemaRegistry: false, eventArchive: false },
    });

    told.resourceCountIs(SCHEMAS, 3);
    told.resourceCountIs(ARCHIVE, 1);
    without.resourceCountIs(SCHEMAS, 0);
    without.resourceCountIs(ARCHIVE, 0);
  });
});

describe("the archive of events", () => {
  it("names no key: some regions refuse an empty one (aws/aws-cdk#37847)", () => {
    const template = synthesizeTemplate();

    template.hasResourceProperties(ARCHIVE, { KmsKeyIdentifier: Match.absent() });
    expect(Object.keys(template.findResources(ARCHIVE))).toHaveLength(1);
  });
});

import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

const SCHEMAS = "AWS::EventSchemas::Schema";
const ARCHIVE = "AWS::Events::Archive";

let plain: Template;
beforeAll(() => {
  plain = synthesizeTemplate();
});

describe("a region", () => {
  it("that is not known, or has everything, gets everything", () => {
    for (const template of [plain, synthesizeTemplate({}, "eu-west-1")]) {
      template.resourceCountIs(SCHEMAS, 6);
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

    told.resourceCountIs(SCHEMAS, 6);
    told.resourceCountIs(ARCHIVE, 1);
    without.resourceCountIs(SCHEMAS, 0);
    without.resourceCountIs(ARCHIVE, 0);
  });
});

describe("the archive of events", () => {
  it("names no key: some regions refuse an empty one (aws/aws-cdk#37847)", () => {
    plain.hasResourceProperties(ARCHIVE, { KmsKeyIdentifier: Match.absent() });
    expect(Object.keys(plain.findResources(ARCHIVE))).toHaveLength(1);
  });
});

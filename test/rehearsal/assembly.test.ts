import { describe, expect, it } from "vitest";
import {
  withAkoolAt,
  withoutRoles,
  withoutUploads,
  withPlainAlarms,
} from "#rehearsal/assembly/adapt.ts";
import { withResourceThatFails } from "#rehearsal/assembly/failing.ts";
import { UnknownPermission, withoutPermission } from "#rehearsal/assembly/permissions.ts";
import { ownName, parseTemplate } from "#rehearsal/assembly/template.ts";

const role = (path: string) => ({
  Type: "AWS::IAM::Role",
  Metadata: { "aws:cdk:path": `Stack/${path}/Resource` },
});

const policy = (of: string, ...actions: (string | string[])[]) => ({
  Type: "AWS::IAM::Policy",
  Properties: {
    PolicyName: "P",
    Roles: [{ Ref: of }],
    PolicyDocument: { Statement: actions.map((Action) => ({ Action, Resource: "*" })) },
  },
});

const given = parseTemplate(
  JSON.stringify({
    Outputs: { A: { Value: "a" } },
    Resources: {
      ReaderRole: role("Reader/Function/Role"),
      WriterRole: role("Writer/Role"),
      ReaderPolicy: policy("ReaderRole", ["s3:GetObject", "s3:PutObject"], "s3:ListBucket"),
      ReaderOther: policy("ReaderRole", "sqs:SendMessage"),
      WriterPolicy: policy("WriterRole", "s3:GetObject"),
      Function: { Type: "AWS::Lambda::Function", DependsOn: ["ReaderOther", "ReaderRole"] },
    },
  }),
);

const statementsOf = (resource: unknown) =>
  expect.objectContaining({
    Properties: expect.objectContaining({ PolicyDocument: { Statement: resource } }),
  });

describe("a permission that is taken away", () => {
  it("leaves the statement's other actions, and other roles", () => {
    const { Resources } = withoutPermission(given, { owner: "Reader", action: "s3:GetObject" });

    expect(Resources.ReaderPolicy).toEqual(
      statementsOf([
        { Action: ["s3:PutObject"], Resource: "*" },
        { Action: ["s3:ListBucket"], Resource: "*" },
      ]),
    );
    expect(Resources.WriterPolicy).toEqual(given.Resources.WriterPolicy);
  });

  it("takes a statement of one action with it", () => {
    const { Resources } = withoutPermission(given, { owner: "Reader", action: "s3:ListBucket" });

    expect(Resources.ReaderPolicy).toEqual(
      statementsOf([{ Action: ["s3:GetObject", "s3:PutObject"], Resource: "*" }]),
    );
  });

  it("takes an empty policy with it, and nothing depends on that any more", () => {
    const { Resources } = withoutPermission(given, { owner: "Reader", action: "sqs:SendMessage" });

    expect(Resources.ReaderOther).toBeUndefined();
    expect(Resources.Function?.DependsOn).toEqual(["ReaderRole"]);
  });

  it("must be there: the refusal says what is", () => {
    const refused = (owner: string, action: string) => () =>
      withoutPermission(given, { owner, action });

    expect(refused("Reader", "s3:DeleteObject")).toThrow(UnknownPermission);
    expect(refused("Reader", "s3:DeleteObject")).toThrow(
      "Reader may do: s3:GetObject, s3:ListBucket, s3:PutObject, sqs:SendMessage",
    );
    expect(refused("Nobody", "s3:GetObject")).toThrow(/these have: Reader, Writer/);
  });

  it("leaves the rest of the template as it is", () => {
    const without = withoutPermission(given, { owner: "Reader", action: "s3:GetObject" });

    expect(without.Outputs).toEqual({ A: { Value: "a" } });
    expect(Object.keys(without.Resources)).toEqual(Object.keys(given.Resources));
  });
});

describe("the name of a construct", () => {
  it.each([
    ["Reader/Function/Role", "Reader"],
    ["Writer/Role", "Writer"],
    ["Imports/PlanImport/Role", "PlanImport"],
    ["Tracking/StateMachine/Role", "Tracking"],
  ])("of %s is %s", (path, name) => {
    expect(ownName({ ...role(path), Properties: {} })).toBe(name);
  });

  it("is not known without a path", () => {
    expect(ownName({ Type: "AWS::IAM::Role", Properties: {} })).toBeUndefined();
  });
});

describe("what is adapted to the emulator", () => {
  const lambda = (Variables: Record<string, string>) => ({
    Type: "AWS::Lambda::Function",
    Properties: { Handler: "index.handler", Environment: { Variables } },
  });

  it("is AKOOL's address, in the functions that have one", () => {
    const template = parseTemplate(
      JSON.stringify({
        Resources: {
          A: lambda({ AKOOL_BASE_URL: "https://akool", X: "1" }),
          B: lambda({ X: "1" }),
        },
      }),
    );

    expect(withAkoolAt(template, "http://127.0.0.1:1").Resources).toEqual({
      A: lambda({ AKOOL_BASE_URL: "http://127.0.0.1:1", X: "1" }),
      B: lambda({ X: "1" }),
    });
  });

  it("is an alarm on an expression: it watches the first metric", () => {
    const MetricStat = { Metric: { MetricName: "M", Namespace: "N" }, Period: 300, Stat: "Sum" };
    const Metrics = [
      { Id: "e", Expression: "FILL(m, 0)" },
      { Id: "m", MetricStat },
    ];
    const alarm = (Properties: object) => ({ Type: "AWS::CloudWatch::Alarm", Properties });
    const plain = alarm({ MetricName: "M", Threshold: 1 });
    const template = parseTemplate(
      JSON.stringify({ Resources: { A: alarm({ Threshold: 2, Metrics }), B: plain } }),
    );

    expect(withPlainAlarms(template).Resources).toEqual({
      A: alarm({
        Threshold: 2,
        MetricName: "M",
        Namespace: "N",
        Dimensions: [],
        Period: 300,
        Statistic: "Sum",
      }),
      B: plain,
    });
  });

  it("is what lays files into buckets: it goes", () => {
    const resources = { Bucket: { Type: "AWS::S3::Bucket" }, Lambda: lambda({}) };
    const upload = { Type: "Custom::CDKBucketDeployment", Properties: {} };
    const text = JSON.stringify({ Resources: { ...resources, Files: upload } });

    expect(Object.keys(withoutUploads(parseTemplate(text)).Resources)).toEqual([
      "Bucket",
      "Lambda",
    ]);
  });

  it("is the manifest: nobody takes on a role", () => {
    const manifest = { a: [{ assumeRoleArn: "arn", bucketName: "b" }], lookupRole: {}, c: null };

    expect(withoutRoles(manifest)).toEqual({ a: [{ bucketName: "b" }], c: null });
  });
});

describe("a deployment that is to fail", () => {
  it("has a resource that comes behind all others", () => {
    const { Resources } = withResourceThatFails(given);

    expect(Resources.Fails?.DependsOn).toEqual(Object.keys(given.Resources));
  });
});

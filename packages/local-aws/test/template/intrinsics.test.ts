import { describe, expect, it } from "vitest";
import { UnreadableAssembly } from "../../src/template/assembly.ts";
import { resolve, resolveText } from "../../src/template/intrinsics.ts";

const resources = {
  Table: { Type: "AWS::DynamoDB::Table", Properties: { TableName: "jobs" } },
  Check: { Type: "AWS::Lambda::Function", Properties: { FunctionName: "check" } },
  Machine: { Type: "AWS::StepFunctions::StateMachine", Properties: { StateMachineName: "track" } },
  Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "videos" } },
  OtherBucket: { Type: "AWS::S3::Bucket", Properties: {} },
  Bus: { Type: "AWS::Events::EventBus", Properties: {} },
  Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "dead" } },
  Role: { Type: "AWS::IAM::Role", Properties: {} },
};

const LOCAL = "us-east-1:000000000000";

describe("resolve", () => {
  it.each([
    [{ Ref: "Table" }, "jobs"],
    [{ Ref: "Check" }, "check"],
    [{ Ref: "Machine" }, `arn:aws:states:${LOCAL}:stateMachine:track`],
    [{ Ref: "Bucket" }, "videos"],
    [{ Ref: "OtherBucket" }, "otherbucket"],
    [{ Ref: "Bus" }, "Bus"],
    [{ Ref: "Queue" }, "http://127.0.0.1/000000000000/dead"],
    [{ "Fn::GetAtt": ["Queue", "Arn"] }, `arn:aws:sqs:${LOCAL}:dead`],
    [{ "Fn::GetAtt": ["Queue", "QueueName"] }, "dead"],
    [{ Ref: "AWS::Region" }, "us-east-1"],
    [{ Ref: "AWS::AccountId" }, "000000000000"],
    [{ Ref: "AWS::Partition" }, "aws"],
    [{ Ref: "AWS::URLSuffix" }, "amazonaws.com"],
    [{ "Fn::GetAtt": ["Check", "Arn"] }, `arn:aws:lambda:${LOCAL}:function:check`],
    [{ "Fn::GetAtt": "Table.Arn" }, `arn:aws:dynamodb:${LOCAL}:table/jobs`],
    [{ "Fn::GetAtt": ["Bucket", "Arn"] }, "arn:aws:s3:::videos"],
    [{ "Fn::GetAtt": ["Bus", "Arn"] }, `arn:aws:events:${LOCAL}:event-bus/Bus`],
    [{ "Fn::Join": ["/", ["a", { Ref: "Table" }, 7, true]] }, "a/jobs/7/true"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes them so
    [{ "Fn::Sub": "${AWS::Region}/${Table}/${Bus.Name}/${!Kept}" }, "us-east-1/jobs/Bus/${Kept}"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes them so
    [{ "Fn::Sub": ["${Mine}-${Table}", { Mine: { Ref: "Bucket" } }] }, "videos-jobs"],
  ])("gives %j the local value %j", (value, expected) => {
    expect(resolve(value, resources)).toEqual(expected);
  });

  it("leaves plain values alone, and resolves inside lists and objects", () => {
    const value = { a: [1, null, "x", { Ref: "Table" }], b: { c: false } };

    const resolved = resolve(value, resources);

    expect(resolved).toEqual({ a: [1, null, "x", "jobs"], b: { c: false } });
  });

  it.each([
    ["an intrinsic that is not known", { "Fn::Select": [0, ["a"]] }, "Fn::Select"],
    ["an intrinsic beside other fields", { Ref: "Table", Other: 1 }, "Ref"],
    ["a resource that is not there", { Ref: "Nowhere" }, "Nowhere"],
    ["a resource of a type without a local name", { Ref: "Role" }, "AWS::IAM::Role"],
    ["an attribute without a local value", { "Fn::GetAtt": ["Table", "StreamArn"] }, "StreamArn"],
  ])("refuses %s", (_what, value, named) => {
    expect(() => resolve(value, resources)).toThrow(UnreadableAssembly);
    expect(() => resolve(value, resources)).toThrow(named);
  });
});

describe("resolveText", () => {
  it("refuses a value that does not resolve to text", () => {
    expect(() => resolveText({ "Fn::Join": ["", [{ a: 1 }]] }, resources)).toThrow(
      UnreadableAssembly,
    );
  });
});

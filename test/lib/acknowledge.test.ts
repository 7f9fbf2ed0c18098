import { Stack } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { nagReference } from "#lib/acknowledge.ts";

describe("cdk-nag's name of an attribute", () => {
  it("is made of the logical id", () => {
    const bucket = new Bucket(new Stack(), "Videos");

    expect(nagReference(bucket, "Arn")).toMatch(/^<Videos[0-9A-F]{8}\.Arn>$/);
  });

  it("does not exist for a construct that is no single resource", () => {
    const group = new Construct(new Stack(), "Group");

    expect(() => nagReference(group, "Arn")).toThrow("Group is not a single resource");
  });
});

import { describe, expect, it } from "vitest";
import { readQueues, readTables } from "../../src/template/read-stores.ts";
import { QUEUE_ARN, resources } from "./resources.ts";

describe("readQueues and readTables", () => {
  it("find every queue and table, by the names that others refer to them with", () => {
    const template = resources({
      Jobs: { Type: "AWS::DynamoDB::GlobalTable", Properties: { KeySchema: [] } },
      Swaps: { Type: "AWS::DynamoDB::Table", Properties: { TableName: "swaps" } },
    });

    expect(readQueues(template)).toEqual([
      {
        name: "Dead",
        arn: QUEUE_ARN,
        url: "http://127.0.0.1/000000000000/Dead",
        properties: { KmsMasterKeyId: "us-east-1" },
      },
    ]);
    expect(readTables(template)).toEqual([
      { name: "Jobs", properties: { KeySchema: [] } },
      { name: "swaps", properties: { TableName: "swaps" } },
    ]);
  });
});

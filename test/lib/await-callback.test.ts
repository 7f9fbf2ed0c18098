import { beforeAll, describe, expect, it } from "vitest";
import { synthesizeTemplate } from "#test/support/synthesize.ts";
import { type State, trackingDefinitionOf } from "#test/support/tracking-definition.ts";

let awaitCallback: State | undefined;
beforeAll(() => {
  awaitCallback = trackingDefinitionOf(synthesizeTemplate()).States.AwaitCallback;
});

describe("AwaitCallback", () => {
  it("leaves its task token on the job's item and waits for it, without a function", () => {
    expect(awaitCallback).toMatchObject({
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken",
      Parameters: {
        TableName: expect.stringMatching(/^JobsTable[0-9A-F]{8}$/),
        Key: { videoModelId: { "S.$": "$.request.videoModelId" } },
        UpdateExpression: "SET taskToken = :token",
        ExpressionAttributeValues: { ":token": { "S.$": "$$.Task.Token" } },
      },
      ResultPath: null,
      Next: "CheckStatus",
    });
  });

  it("does so only as the owner, while no webhook has come since the check, the very first one included", () => {
    expect(awaitCallback).toMatchObject({
      Parameters: {
        ConditionExpression:
          "#execution = :execution AND " +
          "(wakeCount = :seen OR (attribute_not_exists(wakeCount) AND :seen = :zero))",
        ExpressionAttributeNames: { "#execution": "execution" },
        ExpressionAttributeValues: {
          ":execution": { "S.$": "$.execution" },
          ":seen": { "N.$": "$.check.wakeCount" },
          ":zero": { N: "0" },
        },
      },
    });
  });

  it("waits no longer than until the next poll", () => {
    expect(awaitCallback?.TimeoutSecondsPath).toBe("$.check.callbackSeconds");
  });

  it("polls AKOOL when that is due or a webhook was first, and polls as ever on any error", () => {
    expect(awaitCallback?.Catch).toEqual([
      {
        ErrorEquals: [
          "States.Timeout",
          "DynamoDb.ConditionalCheckFailedException",
          "DynamoDB.ConditionalCheckFailedException",
        ],
        ResultPath: "$.error",
        Next: "CheckStatus",
      },
      { ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Wait" },
    ]);
  });

  it("is never retried: a poll is as good", () => {
    expect(awaitCallback).not.toHaveProperty("Retry");
  });
});

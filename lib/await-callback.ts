import { Aws } from "aws-cdk-lib";
import { CustomState, Errors } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";

/**
 * How AwaitCallback ends when AKOOL is to be polled: the webhook did not come in time, or it came
 * before the token was stored. The SDK integrations of Step Functions write `DynamoDb`; both
 * spellings are caught, since the other one would turn a prompt poll into a long wait.
 */
export const POLL_NOW = [
  Errors.TIMEOUT,
  "DynamoDb.ConditionalCheckFailedException",
  "DynamoDB.ConditionalCheckFailedException",
];

/**
 * Waits for the webhook: puts the task token on the job's item, without a function, and goes on
 * when the token comes back. The next poll is the timeout.
 *
 * The token is stored only while the item's `wakeCount` is what CheckStatus saw *before* it asked
 * AKOOL. Token and count are on one item, so the two writes are ordered, and no webhook is lost: it
 * either finds the token, or makes this write fail. A former owner of the job cannot put its token
 * in the place of the owner's. Decision 0023.
 *
 * No retry: whatever fails here, the job is polled when it would be without webhooks.
 */
export function awaitCallback(scope: Construct, jobTableName: string): CustomState {
  return new CustomState(scope, "AwaitCallback", {
    stateJson: {
      Type: "Task",
      Resource: `arn:${Aws.PARTITION}:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken`,
      Parameters: {
        TableName: jobTableName,
        Key: { videoModelId: { "S.$": "$.request.videoModelId" } },
        UpdateExpression: "SET taskToken = :token",
        ConditionExpression:
          "#execution = :execution AND (wakeCount = :seen OR " +
          "(attribute_not_exists(wakeCount) AND :seen = :zero))",
        ExpressionAttributeNames: { "#execution": "execution" },
        ExpressionAttributeValues: {
          ":token": { "S.$": "$$.Task.Token" },
          ":execution": { "S.$": "$.execution" },
          ":seen": { "N.$": "$.check.wakeCount" },
          ":zero": { N: "0" },
        },
      },
      ResultPath: null,
      TimeoutSecondsPath: "$.check.callbackSeconds",
    },
  });
}

import { dynaliteTable, TABLE, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { serve } from "@akool-archiver/test-support/http-server.ts";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { updateItemTask } from "../../src/engine/update-item-task.ts";
import { arnOf, MACHINE_ARN } from "./harness.ts";

const CONTEXT = { executionArn: arnOf("one"), stateMachineArn: MACHINE_ARN };
const KEY = { videoModelId: { S: "689174694b4dbdd4ab3d28c9" } };

/** Stores a task token unless a webhook has come since the count was read. */
function parameters(seen: string, change: Record<string, unknown> = {}) {
  return {
    TableName: TABLE,
    Key: KEY,
    UpdateExpression: "SET taskToken = :token",
    ConditionExpression:
      "attribute_exists(videoModelId) AND " +
      "(wakeCount = :seen OR (attribute_not_exists(wakeCount) AND :seen = :zero))",
    ExpressionAttributeValues: {
      ":token": { S: "the token" },
      ":seen": { N: seen },
      ":zero": { N: "0" },
    },
    ...change,
  };
}

describe("an updateItem task", () => {
  let table: TestStore;

  beforeAll(async () => {
    table = await dynaliteTable();
  });
  afterAll(() => table.close());
  beforeEach(() => put({}));

  const put = (fields: Record<string, { N: string }>) =>
    table.client.send(new PutItemCommand({ TableName: TABLE, Item: { ...KEY, ...fields } }));

  async function tokenOnRecord(): Promise<string | undefined> {
    const { Item } = await table.client.send(new GetItemCommand({ TableName: TABLE, Key: KEY }));
    return Item?.taskToken?.S;
  }

  it.each([
    ["0", {}],
    ["2", { wakeCount: { N: "2" } }],
  ])("writes the item while the count is still %s", async (seen, fields) => {
    await put(fields);

    await updateItemTask(table)(parameters(seen), CONTEXT);

    expect(await tokenOnRecord()).toBe("the token");
  });

  it.each([
    ["0", { wakeCount: { N: "1" } }],
    ["1", {}],
    ["2", { wakeCount: { N: "3" } }],
  ])("fails by the condition's name when it is no longer %s", async (seen, fields) => {
    await put(fields);

    const failure = updateItemTask(table)(parameters(seen), CONTEXT);

    await expect(failure).rejects.toMatchObject({
      name: "DynamoDb.ConditionalCheckFailedException",
    });
    expect(await tokenOnRecord()).toBeUndefined();
  });

  it("names every other refusal after DynamoDb", async () => {
    const failure = updateItemTask(table)(parameters("0", { TableName: "none" }), CONTEXT);

    await expect(failure).rejects.toMatchObject({ name: "DynamoDb.ResourceNotFoundException" });
  });

  it.each([
    ["a number that is no text", { ExpressionAttributeValues: { ":seen": { N: 1 } } }],
    ["an unknown parameter", { Expected: {} }],
    ["no key", { Key: undefined }],
  ])("fails for good with %s", async (_what, change) => {
    const failure = updateItemTask(table)(parameters("0", change), CONTEXT);

    await expect(failure).rejects.toMatchObject({ name: "States.Runtime" });
  });
});

it("an error's name ends in Exception, as in Step Functions", async () => {
  const service = await serve((_request, response) => {
    response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
    response.end('{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}');
  });

  const failure = updateItemTask({ endpoint: service.origin })(parameters("0"), CONTEXT);

  await expect(failure).rejects.toMatchObject({ name: "DynamoDb.InternalServerErrorException" });
  await service.close();
});

it("a service that cannot be reached is the client's trouble", async () => {
  const gone = await serve(() => {});
  await gone.close();

  const failure = updateItemTask({ endpoint: gone.origin })(parameters("0"), CONTEXT);

  await expect(failure).rejects.toMatchObject({ name: "DynamoDb.SdkClientException" });
});

import { describeAtStores, TABLE, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createJobStore } from "#aws/job-store.ts";
import { acceptedJob } from "#test/support/jobs.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";
import { trackingDefinitionOf } from "#test/support/tracking-definition.ts";

interface Awaiting {
  UpdateExpression: string;
  ConditionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
}

describeAtStores("AwaitCallback's expressions", (open) => {
  const job = { ...acceptedJob(), videoModelId: "token-condition" };
  let table: TestStore;
  let awaiting: Awaiting;
  beforeAll(async () => {
    table = await open();
    const state = trackingDefinitionOf(synthesizeTemplate()).States.AwaitCallback;
    awaiting = state?.Parameters as unknown as Awaiting;
    await storeOf().create(job);
  });
  afterAll(() => table.close());

  const storeOf = () =>
    createJobStore({ client: table.client, tableName: TABLE, retentionDays: 0 });
  const putToken = (seen: string, execution = job.execution) =>
    table.client.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: { videoModelId: { S: job.videoModelId } },
        UpdateExpression: awaiting.UpdateExpression,
        ConditionExpression: awaiting.ConditionExpression,
        ExpressionAttributeNames: awaiting.ExpressionAttributeNames,
        ExpressionAttributeValues: {
          ":token": { S: "token" },
          ":execution": { S: execution },
          ":seen": { N: seen },
          ":zero": { N: "0" },
        },
      }),
    );
  const refused = { name: "ConditionalCheckFailedException" };

  it("store the token while no webhook has ever come, for the owner only", async () => {
    await expect(putToken("1")).rejects.toMatchObject(refused);
    await expect(putToken("0", "another")).rejects.toMatchObject(refused);
    await putToken("0");

    expect(await storeOf().wake(job.videoModelId, false)).toMatchObject({ taskToken: "token" });
  });

  it("store it afterwards only while the count is what was seen", async () => {
    await expect(putToken("0")).rejects.toMatchObject(refused);
    await putToken("1");
  });
});

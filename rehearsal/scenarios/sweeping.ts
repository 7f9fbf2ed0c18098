import assert from "node:assert/strict";
import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { call } from "./client.ts";
import { invoke } from "./functions.ts";
import { has, reaches, recordOf, SCRIPTS } from "./jobs.ts";
import type { Scenario, Stage } from "./scenario.ts";
import { until } from "./until.ts";

/** What the sweeper does, called as its schedule does every five minutes. */
export const sweepingScenarios: readonly Scenario[] = [
  { name: "the sweeper takes up a job whose execution is gone", run: takeUp },
];

async function takeUp(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.neverEnds);
  await call(stage, "POST", "/jobs", { videoModelId: id });
  const { execution = "" } = await reaches(stage, id, "processing");
  await stage.aws.sfn.send(new StopExecutionCommand({ executionArn: execution }));
  await has(stage, id, "fault");
  await stage.aws.documents.send(
    new UpdateCommand({
      TableName: stage.stack.output("TableName"),
      Key: { videoModelId: id },
      UpdateExpression: "SET sweepAt = :past",
      ExpressionAttributeValues: { ":past": "2020-01-01T00:00:00.000Z" },
    }),
  );
  await invoke(stage, "Sweeper", {});
  await until("a second attempt", async () => (await recordOf(stage, id))?.attempt === 2);
  stage.akool.updateJob(id, SCRIPTS.fails);
  const { failure } = await reaches(stage, id, "failed");
  assert.equal(failure?.code, "AKOOL_FAILED");
}

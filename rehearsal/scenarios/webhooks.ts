import assert from "node:assert/strict";
import { call, postWebhook, webhookOf } from "./client.ts";
import { end, trail } from "./executions.ts";
import { has, reaches, recordOf, SCRIPTS } from "./jobs.ts";
import type { Scenario, Stage } from "./scenario.ts";
import { until } from "./until.ts";

/** What AKOOL's webhooks do. The simulator itself calls no address but one of plain http. */
export const webhookScenarios: readonly Scenario[] = [
  { name: "webhooks wake the execution that waits for them", run: wake },
  { name: "a webhook for an unknown video has it followed", run: startFollowing },
  { name: "a webhook that is not AKOOL's is refused", run: refuseForged },
];

/** Begin, three polls with their choice, two waits, and the copy. */
const TRANSITIONS = 10;

async function wake(stage: Stage): Promise<void> {
  const { akool, stack } = stage;
  const inQueue = { ...SCRIPTS.isFinished, queueMs: 3_600_000 };
  const id = akool.addJob(inQueue, stack.output("WebhookUrl"));
  await call(stage, "POST", "/jobs", { videoModelId: id });
  const execution = await has(stage, id, "execution");
  const token = await has(stage, id, "taskToken");
  akool.updateJob(id, SCRIPTS.neverEnds);
  assert.equal((await postWebhook(stage, webhookOf(id, 2))).status, 200);
  await reaches(stage, id, "processing");
  await until("the second wait", async () => {
    const { taskToken } = (await recordOf(stage, id)) ?? {};
    return taskToken !== undefined && taskToken !== token;
  });
  akool.updateJob(id, SCRIPTS.isFinished);
  const last = webhookOf(id, 3);
  assert.equal((await postWebhook(stage, last)).status, 200);
  await reaches(stage, id, "archived");
  assert.equal((await end(stage, execution)).status, "SUCCEEDED");
  const states = await trail(stage, execution);
  assert.equal(states.length, TRANSITIONS, states.join());
  assert.equal((await postWebhook(stage, last)).status, 200, "a repetition");
}

async function startFollowing(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.isFinished);
  assert.equal((await postWebhook(stage, webhookOf(id, 3))).status, 200);
  await reaches(stage, id, "archived");
}

async function refuseForged(stage: Stage): Promise<void> {
  const forged = { ...webhookOf("forged000000", 3), signature: "0".repeat(40) };
  assert.equal((await postWebhook(stage, forged)).status, 400);
  assert.equal(await recordOf(stage, "forged000000"), undefined);
}

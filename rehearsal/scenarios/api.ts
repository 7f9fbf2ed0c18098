import assert from "node:assert/strict";
import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import * as z from "zod/mini";
import { send } from "#rehearsal/deployment/requests.ts";
import { call, callUnsigned, jsonOf, postWebhook, webhookOf } from "./client.ts";
import { end } from "./executions.ts";
import { has, reaches, recordOf, SCRIPTS } from "./jobs.ts";
import type { Scenario, Stage } from "./scenario.ts";
import { until } from "./until.ts";

/** What the HTTP API does, called with the signature of an IAM identity. */
export const apiScenarios: readonly Scenario[] = [
  { name: "the API refuses who does not sign, and what it does not know", run: refuse },
  { name: "a job is submitted, listed, and its video fetched with TLS", run: submit },
  { name: "a job is cancelled, and followed again", run: cancelAndRetry },
  { name: "a character swap is created once for its key", run: createSwap },
  {
    name: "an execution that failed is redriven by a retry",
    waitsFor: ["redrive"],
    run: redrive,
  },
];

async function refuse(stage: Stage): Promise<void> {
  assert.equal((await callUnsigned(stage, "GET", "/jobs")).status, 403);
  assert.equal((await call(stage, "GET", "/health")).status, 200);
  assert.equal((await call(stage, "GET", "/openapi.json")).status, 200);
  assert.equal((await call(stage, "GET", "/jobs/none00000000")).status, 404);
  assert.equal((await call(stage, "GET", "/nowhere")).status, 404);
  assert.equal((await call(stage, "POST", "/jobs", { videoModelId: "x" })).status, 400);
}

async function submit(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.isFinished);
  const body = { videoModelId: id, tags: { team: "film" } };
  const first = await call(stage, "POST", "/jobs", body);
  assert.deepEqual([first.status, first.headers.location], [202, `/jobs/${id}`]);
  assert.equal((await call(stage, "POST", "/jobs", { videoModelId: id })).status, 200);
  const { archive } = await reaches(stage, id, "archived");
  const listed = await call(stage, "GET", "/jobs?status=archived&tag=team:film&limit=50");
  assert.ok(listed.body.includes(id), "it is not listed");
  const link = await call(stage, "GET", `/jobs/${id}/video`);
  assert.equal(link.status, 302);
  const fetched = { method: "GET", url: String(link.headers.location) };
  const video = await send(stage.emulator, fetched);
  assert.deepEqual([video.status, video.body.length], [200, archive?.bytes]);
  // The emulator believes what a proxy in front of it would say of the caller's connection.
  const headers = { "x-forwarded-proto": "http" };
  assert.equal((await send(stage.emulator, { ...fetched, headers })).status, 403, "without TLS");
}

async function cancelAndRetry(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.neverEnds);
  await call(stage, "POST", "/jobs", { videoModelId: id });
  const { execution = "" } = await reaches(stage, id, "processing");
  assert.equal((await call(stage, "DELETE", `/jobs/${id}`)).status, 200);
  assert.equal((await end(stage, execution)).status, "ABORTED");
  const { status, fault } = (await recordOf(stage, id)) ?? {};
  assert.deepEqual([status, fault], ["cancelled", undefined]);
  assert.equal((await call(stage, "POST", `/jobs/${id}/retry`)).status, 202);
  assert.equal((await reaches(stage, id, "processing")).attempt, 2);
  assert.equal((await call(stage, "POST", `/jobs/${id}/retry`)).status, 409);
  stage.akool.updateJob(id, SCRIPTS.fails);
  await reaches(stage, id, "failed");
}

const createdSchema = z.object({ job: z.object({ videoModelId: z.string() }) });

async function createSwap(stage: Stage): Promise<void> {
  const swap = {
    image: "https://example.com/character.png",
    video: "https://example.com/source.mp4",
    duration: 10,
  };
  const create = () =>
    call(stage, "POST", "/character-swaps", swap, { "idempotency-key": "rehearsal" });
  const [first, again] = [await create(), await create()];
  assert.deepEqual([first.status, again.status], [202, 202], first.body.toString());
  const { videoModelId } = jsonOf(first, createdSchema).job;
  assert.equal(jsonOf(again, createdSchema).job.videoModelId, videoModelId);
  assert.equal((await call(stage, "GET", "/character-swaps/rehearsal")).status, 200);
  // It waits for the webhook, which the simulator does not send to an address of https.
  await has(stage, videoModelId, "taskToken");
  stage.akool.updateJob(videoModelId, SCRIPTS.fails);
  assert.equal((await postWebhook(stage, webhookOf(videoModelId, 4))).status, 200);
  await reaches(stage, videoModelId, "failed");
}

async function redrive(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.neverEnds);
  await call(stage, "POST", "/jobs", { videoModelId: id });
  await reaches(stage, id, "processing");
  const execution = await has(stage, id, "execution");
  await stage.aws.sfn.send(new StopExecutionCommand({ executionArn: execution }));
  await has(stage, id, "fault");
  await until(
    "a retry",
    async () => (await call(stage, "POST", `/jobs/${id}/retry`)).status === 202,
  );
  stage.akool.updateJob(id, SCRIPTS.isFinished);
  assert.equal((await reaches(stage, id, "archived")).attempt, 1);
}

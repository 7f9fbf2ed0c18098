import assert from "node:assert/strict";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { JOB_REQUESTED_DETAIL_TYPE } from "#domain/events/events.ts";
import { end, start, trail } from "./executions.ts";
import { has, reaches, recordOf, SCRIPTS } from "./jobs.ts";
import type { Scenario, Stage } from "./scenario.ts";
import { until } from "./until.ts";

/** What the state machine does, started as a program of the account would. */
export const trackingScenarios: readonly Scenario[] = [
  { name: "a job is followed until its video is archived", run: followToArchived },
  { name: "a job that AKOOL has failed ends as failed", run: followToFailed },
  { name: "a video that may not be fetched ends as archive_failed", run: refuseDownload },
  {
    name: "a video that is copied in parts is archived",
    waitsFor: ["wholeChecksum"],
    run: copyInParts,
  },
  { name: "a second execution of a job is a duplicate", run: startTwice },
  { name: "an execution that was stopped is put on record", run: stopExecution },
  { name: "a malformed request goes to the dead-letter queue", run: refuseRequest },
  { name: "an event on the bus has a job followed", run: requestByEvent },
];

async function followToArchived(stage: Stage): Promise<void> {
  const { akool, aws, events, stack } = stage;
  const id = akool.addJob(SCRIPTS.finishesSoon);
  const execution = await start(stage, { videoModelId: id, tags: { team: "film" } });
  assert.equal((await end(stage, execution)).status, "SUCCEEDED");
  const states = await trail(stage, execution);
  assert.equal(states.at(-1), "ArchiveVideo");
  assert.ok(states.filter((name) => name === "Wait").length >= 2, states.join());
  const record = await reaches(stage, id, "archived");
  assert.deepEqual(
    record.statusHistory.map(({ status }) => status),
    ["accepted", "queueing", "processing", "completed", "archived"],
  );
  assert.deepEqual(record.tags, { team: "film" });
  const video = { Bucket: stack.output("BucketName"), Key: record.archive?.key };
  const head = await aws.s3.send(new HeadObjectCommand(video));
  assert.equal(head.ContentLength, record.archive?.bytes);
  await aws.s3.send(new GetObjectCommand({ ...video, Key: `${id}.json` }));
  assert.deepEqual(
    await events.idsOf(id, 5),
    [1, 2, 3, 4, 5].map((seq) => `${id}/${seq}`),
  );
  const again = await start(stage, { videoModelId: id });
  assert.equal((await end(stage, again)).status, "SUCCEEDED");
  assert.equal((await trail(stage, again)).at(-1), "Duplicate");
}

async function followToFailed(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.fails);
  const execution = await start(stage, { videoModelId: id });
  assert.equal((await end(stage, execution)).status, "SUCCEEDED");
  assert.equal((await trail(stage, execution)).at(-1), "Done");
  const { failure } = await reaches(stage, id, "failed");
  assert.deepEqual([failure?.code, failure?.reason], ["AKOOL_FAILED", "no face found"]);
}

async function refuseDownload(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.leadsAway);
  const execution = await start(stage, { videoModelId: id });
  await end(stage, execution);
  const { failure } = await reaches(stage, id, "archive_failed");
  assert.match(failure?.reason ?? "", /example\.com/);
  await stage.events.idsOf(id, 3);
}

async function copyInParts(stage: Stage): Promise<void> {
  const file = { kind: "generated", bytes: 24_000_000 } as const;
  const id = stage.akool.addJob({ ...SCRIPTS.isFinished, end: { kind: "complete", file } });
  await end(stage, await start(stage, { videoModelId: id }));
  assert.equal((await reaches(stage, id, "archived")).archive?.bytes, file.bytes);
}

async function startTwice(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.neverEnds);
  const first = await start(stage, { videoModelId: id });
  await reaches(stage, id, "processing");
  // While it goes on: what CheckStatus does not publish, another function would at the end.
  await stage.events.idsOf(id, 2);
  const second = await start(stage, { videoModelId: id });
  assert.equal((await end(stage, second)).status, "SUCCEEDED");
  assert.equal((await trail(stage, second)).at(-1), "Duplicate");
  stage.akool.updateJob(id, SCRIPTS.fails);
  await end(stage, first);
}

async function stopExecution(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.neverEnds);
  const executionArn = await start(stage, { videoModelId: id });
  await reaches(stage, id, "processing");
  await stage.aws.sfn.send(new StopExecutionCommand({ executionArn, cause: "by hand" }));
  const fault = await has(stage, id, "fault");
  assert.equal(typeof fault.code, "string");
}

async function refuseRequest(stage: Stage): Promise<void> {
  const execution = await start(stage, { videoModelId: "no!" });
  assert.equal((await end(stage, execution)).status, "SUCCEEDED");
  const states = ["Begin", "CheckStatus", "RefuseRequest", "Refused"];
  assert.deepEqual(await trail(stage, execution), states);
  const QueueUrl = stage.stack.output("DeadLetterQueueUrl");
  const asked = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
  await until("the refusal", async () => {
    const { Messages = [] } = await stage.aws.sqs.send(asked);
    return Messages.some(({ Body }) => Body?.includes("InvalidInput"));
  });
}

async function requestByEvent(stage: Stage): Promise<void> {
  const id = stage.akool.addJob(SCRIPTS.isFinished);
  const entry = {
    EventBusName: stage.stack.output("EventBusName"),
    Source: "my.app",
    DetailType: JOB_REQUESTED_DETAIL_TYPE,
    Detail: JSON.stringify({ videoModelId: id, tags: { from: "event" } }),
  };
  await stage.aws.events.send(new PutEventsCommand({ Entries: [entry] }));
  await reaches(stage, id, "archived");
  assert.deepEqual((await recordOf(stage, id))?.tags, { from: "event" });
}

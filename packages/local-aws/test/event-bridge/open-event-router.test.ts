import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createWorkflowEngine, type LocalWorkflowEngine } from "../../src/engine/engine.ts";
import { fileStore } from "../../src/engine/execution-store.ts";
import { TaskFailure } from "../../src/engine/task.ts";
import { startEventBridge } from "../../src/event-bridge/event-bridge.ts";
import type { EventRouter } from "../../src/event-bridge/event-router.ts";
import { executionEndedEvent, SERVICE_EVENTS_BUS } from "../../src/event-bridge/execution-event.ts";
import { openEventRouter } from "../../src/event-bridge/open-event-router.ts";
import { LOCAL_CLIENT } from "../../src/http/local-client.ts";
import type { LocalServer } from "../../src/http/local-server.ts";
import { FunctionError } from "../../src/lambda/function-error.ts";
import { type SqsEmulator, startSqs } from "../../src/sqs/sqs.ts";
import { ExecutionStarter } from "../../src/step-functions/execution-starter.ts";
import { DEAD_LETTERS_ARN, functionAsset, MACHINE_ARN, rule, target } from "./fixtures.ts";

const QUEUE = {
  name: "Dead",
  arn: DEAD_LETTERS_ARN,
  url: "http://127.0.0.1/000000000000/Dead",
  properties: {},
};
const ASSET = functionAsset({ maxRetryAttempts: 0, onFailureQueueArn: DEAD_LETTERS_ARN });
const ASSEMBLY = {
  schedules: [],
  rules: [
    rule({ targets: [target({ inputPath: "$.detail" })] }),
    rule({
      busName: "default",
      pattern: { source: ["aws.states"], detail: { status: ["FAILED"] } },
      targets: [target({ arn: ASSET.arn })],
    }),
  ],
  functions: new Map([[ASSET.logicalId, ASSET]]),
  stateMachines: [{ logicalId: "Track", arn: MACHINE_ARN, definition: undefined }],
  queues: [QUEUE],
};
const WORK_ARN = "arn:aws:lambda:us-east-1:000000000000:function:Work";
const DEFINITION = {
  StartAt: "Work",
  States: { Work: { Type: "Task", Resource: WORK_ARN, TimeoutSeconds: 60, End: true } },
};

const work = vi.fn<(input: unknown) => Promise<unknown>>();
const invoke = vi.fn<(logicalId: string, event: unknown) => Promise<unknown>>();
let directory: string;
let sqs: SqsEmulator;
let bus: LocalServer;
let router: EventRouter;
let engine: LocalWorkflowEngine;

beforeEach(async () => {
  work.mockReset().mockResolvedValue("done");
  invoke.mockReset().mockResolvedValue(null);
  directory = await mkdtemp(join(tmpdir(), "events-"));
  sqs = await startSqs({ directory: join(directory, "sqs") });
  await sqs.createQueue(QUEUE);
  await open();
});

afterEach(async () => {
  await close();
  await sqs.close();
  await rm(directory, { recursive: true });
});

/** Put together as the local stack does it. */
async function open() {
  router = openEventRouter({
    assembly: ASSEMBLY,
    directory: join(directory, "deliveries"),
    sqsEndpoint: sqs.endpoint,
    start: (input) => new ExecutionStarter(engine).start(input),
    invoke,
    onProblem: () => {},
  });
  engine = createWorkflowEngine({
    stateMachineArn: MACHINE_ARN,
    definition: DEFINITION,
    resources: new Map([[WORK_ARN, work]]),
    store: fileStore(join(directory, "executions")),
    onEnded: (ended) => router.route(SERVICE_EVENTS_BUS, executionEndedEvent(ended, Date.now())),
  });
  bus = await startEventBridge({
    buses: ["jobs", "default"],
    account: "000000000000",
    region: "us-east-1",
    onEvent: (event, busName) => router.route(busName, event),
  });
  await engine.resume();
  await router.resume();
}

async function close() {
  await bus.close();
  await router.close();
  await engine.close();
}

async function put() {
  const client = new EventBridgeClient({ ...LOCAL_CLIENT, endpoint: bus.endpoint });
  const answer = await client.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: "jobs",
          Source: "test",
          DetailType: "Video Job Requested",
          Detail: '{"videoModelId":"1"}',
        },
      ],
    }),
  );
  client.destroy();
  return answer;
}

async function deadLetter() {
  const client = new SQSClient({ ...LOCAL_CLIENT, endpoint: sqs.endpoint });
  const { Messages: messages } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: QUEUE.url, MessageAttributeNames: ["All"] }),
  );
  client.destroy();
  return messages?.[0];
}

test("an event on the bus starts one execution, with its detail as input", async () => {
  await put();
  await router.idle();

  const executions = await engine.list({});

  expect(executions.map(({ input }) => input)).toEqual(['{"videoModelId":"1"}']);
});

test("an event that was accepted starts its execution in the next process, if not in this", async () => {
  vi.spyOn(engine, "start").mockReturnValue(new Promise(() => {}));
  const { FailedEntryCount } = await put();
  await close();

  await open();
  await router.idle();

  expect(FailedEntryCount).toBe(0);
  expect(await engine.list({})).toHaveLength(1);
});

test("an execution that fails leads to the function, with Step Functions' event", async () => {
  work.mockRejectedValue(new TaskFailure("TrackingFault", "why"));
  await put();
  await router.idle();
  const [execution] = await engine.list({});
  await engine.ended(execution?.executionArn ?? "");
  await router.idle();

  expect(invoke).toHaveBeenCalledExactlyOnceWith(
    "Ended",
    expect.objectContaining({
      source: "aws.states",
      detail: expect.objectContaining({ status: "FAILED", error: "TrackingFault", cause: "why" }),
    }),
  );
});

test("one that the function cannot handle ends in the queue, with the reason", async () => {
  const answer = { errorType: "TypeError", errorMessage: "no", trace: [] };
  invoke.mockRejectedValue(new FunctionError(answer));
  work.mockRejectedValue(new TaskFailure("TrackingFault", "why"));
  await put();
  await router.idle();
  const [execution] = await engine.list({});
  await engine.ended(execution?.executionArn ?? "");
  await router.idle();

  const letter = await deadLetter();

  expect(JSON.parse(letter?.Body ?? "{}")).toMatchObject({
    requestPayload: { detail: { status: "FAILED" } },
    responsePayload: answer,
  });
});

import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { FunctionError, RequestTooLargeException } from "#local/lambda/function-error.ts";
import { lambdaTask } from "#local/workflow/lambda-task.ts";
import { PUT_EVENTS_RESOURCE, putEventsTask } from "#local/workflow/put-events-task.ts";
import { SEND_MESSAGE_RESOURCE } from "#local/workflow/send-message-task.ts";
import { taskResources } from "#local/workflow/task-resources.ts";
import { UPDATE_ITEM_RESOURCE } from "#local/workflow/update-item-task.ts";
import { arnOf, MACHINE_ARN } from "./harness.ts";

const CONTEXT = { executionArn: arnOf("one"), stateMachineArn: MACHINE_ARN };

describe("a Lambda task", () => {
  it("gives the function its parameters and answers its result", async () => {
    const run = lambdaTask(async (event) => ({ event }));

    expect(await run({ id: 7 }, CONTEXT)).toEqual({ event: { id: 7 } });
  });

  it.each([
    ["NotAVideo", "NotAVideo"],
    ["Runtime.ExitError", "Lambda.Unknown"],
    ["Sandbox.Timedout", "States.Timeout"],
  ])(
    "fails for a function's %s with %s, and with all of Lambda's answer as the cause",
    async (errorType, name) => {
      const answer = { errorType, errorMessage: "why", trace: ["at once"] };
      const run = lambdaTask(async () => {
        throw new FunctionError(answer);
      });

      const failure = run({}, CONTEXT);

      await expect(failure).rejects.toMatchObject({ name, message: JSON.stringify(answer) });
    },
  );

  it("names a call that Lambda itself refused after Lambda", async () => {
    const run = lambdaTask(async () => {
      throw new RequestTooLargeException("too large");
    });

    await expect(run({}, CONTEXT)).rejects.toMatchObject({
      name: "Lambda.RequestTooLargeException",
      message: "too large",
    });
  });

  it("passes on what is thrown that is no error", async () => {
    const run = lambdaTask(() => Promise.reject("text"));

    await expect(run({}, CONTEXT)).rejects.toBe("text");
  });
});

const entriesSchema = z.object({ Entries: z.array(z.record(z.string(), z.unknown())) });

describe("a putEvents task", () => {
  let server: Server;
  let endpoint: string;
  let received: z.infer<typeof entriesSchema>["Entries"];
  let answer: { status: number; body: unknown };

  beforeEach(async () => {
    received = [];
    answer = { status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: "e1" }] } };
    server = createServer(async (request, response) => {
      received = entriesSchema.parse(JSON.parse(await text(request))).Entries;
      response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const entry = { Source: "akool.video-archiver", DetailType: "Changed", EventBusName: "jobs" };

  it("sends details as text, and adds who sent them to the resources", async () => {
    const put = putEventsTask({ endpoint });

    const result = await put(
      {
        Entries: [
          { ...entry, Detail: { status: "archived" } },
          { ...entry, Detail: "{}", Resources: ["arn:mine"], Time: "2026-01-01T00:00:00Z" },
        ],
      },
      CONTEXT,
    );

    expect(result).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: "e1" }] });
    const sender = [arnOf("one"), MACHINE_ARN];
    expect(received).toEqual([
      { ...entry, Detail: '{"status":"archived"}', Resources: sender },
      { ...entry, Detail: "{}", Resources: ["arn:mine", ...sender], Time: 1767225600 },
    ]);
  });

  it("fails with EventBridge.FailedEntry when any entry was not taken", async () => {
    const body = { FailedEntryCount: 1, Entries: [{ ErrorCode: "InternalFailure" }] };
    answer = { status: 200, body };

    const failure = putEventsTask({ endpoint })({ Entries: [{ ...entry, Detail: {} }] }, CONTEXT);

    await expect(failure).rejects.toMatchObject({
      name: "EventBridge.FailedEntry",
      message: expect.stringContaining("InternalFailure"),
    });
  });

  it("names a refusal after EventBridge", async () => {
    answer = { status: 400, body: { __type: "ResourceNotFoundException", message: "no bus" } };

    const failure = putEventsTask({ endpoint })({ Entries: [{ ...entry, Detail: {} }] }, CONTEXT);

    await expect(failure).rejects.toMatchObject({
      name: "EventBridge.ResourceNotFoundException",
      message: expect.stringContaining("no bus"),
    });
  });

  it.each([
    ["no entries", {}],
    ["an unknown field", { Entries: [{ ...entry, Detail: {}, Details: {} }] }],
    ["an unknown parameter", { Entries: [], Endpoint: "x" }],
  ])("fails for good with %s", async (_what, parameters) => {
    const failure = putEventsTask({ endpoint })(parameters, CONTEXT);

    await expect(failure).rejects.toMatchObject({ name: "States.Runtime" });
  });
});

describe("the resources of a stack", () => {
  const asset = {
    logicalId: "Check",
    arn: "arn:check",
    bundlePath: "/none",
    handlerExport: "handler",
    timeoutSeconds: 1,
    memoryMb: 128,
    environment: {},
    asynchronous: { maxRetryAttempts: 2, maxEventAgeSeconds: 21_600 },
  };

  it("are its functions, by ARN, EventBridge, SQS and DynamoDB", async () => {
    const resources = taskResources({
      functions: new Map([["Check", asset]]),
      invoke: async (logicalId, event) => ({ logicalId, event }),
      eventBridgeEndpoint: "http://127.0.0.1:1",
      dynamoDbEndpoint: "http://127.0.0.1:1",
      sqsEndpoint: "http://127.0.0.1:1",
    });

    const result = await resources.get("arn:check")?.({ id: 7 }, CONTEXT);

    expect([...resources.keys()]).toEqual([
      "arn:check",
      PUT_EVENTS_RESOURCE,
      SEND_MESSAGE_RESOURCE,
      UPDATE_ITEM_RESOURCE,
    ]);
    expect(result).toEqual({ logicalId: "Check", event: { id: 7 } });
  });
});

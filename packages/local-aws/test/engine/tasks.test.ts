import { describe, expect, it } from "vitest";
import { lambdaTask } from "../../src/engine/lambda-task.ts";
import { SEND_MESSAGE_RESOURCE } from "../../src/engine/send-message-task.ts";
import { taskResources } from "../../src/engine/task-resources.ts";
import { UPDATE_ITEM_RESOURCE } from "../../src/engine/update-item-task.ts";
import { FunctionError, RequestTooLargeException } from "../../src/lambda/function-error.ts";
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

  it("passes on a thrown value that is not an Error", async () => {
    const run = lambdaTask(() => Promise.reject("text"));

    await expect(run({}, CONTEXT)).rejects.toBe("text");
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

  it("are its functions, by ARN, SQS and DynamoDB", async () => {
    const resources = taskResources({
      functions: new Map([["Check", asset]]),
      invoke: async (logicalId, event) => ({ logicalId, event }),
      dynamoDbEndpoint: "http://127.0.0.1:1",
      sqsEndpoint: "http://127.0.0.1:1",
    });

    const result = await resources.get("arn:check")?.({ id: 7 }, CONTEXT);

    expect([...resources.keys()]).toEqual([
      "arn:check",
      SEND_MESSAGE_RESOURCE,
      UPDATE_ITEM_RESOURCE,
    ]);
    expect(result).toEqual({ logicalId: "Check", event: { id: 7 } });
  });
});

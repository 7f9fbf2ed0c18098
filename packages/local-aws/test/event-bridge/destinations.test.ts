import { describe, expect, it, vi } from "vitest";
import { newDelivery } from "../../src/event-bridge/delivery.ts";
import { functionDestination } from "../../src/event-bridge/function-destination.ts";
import { stateMachineDestination } from "../../src/event-bridge/state-machine-destination.ts";
import { AwsJsonError } from "../../src/http/aws-json.ts";
import { FunctionError, RuntimeClosed } from "../../src/lambda/function-error.ts";
import type { StartInput } from "../../src/step-functions/workflow-engine.ts";
import {
  DEAD_LETTERS_ARN,
  envelope,
  functionAsset,
  MACHINE_ARN,
  rule,
  target,
} from "./fixtures.ts";

const delivery = (inputPath?: string) =>
  newDelivery(rule(), target(inputPath === undefined ? {} : { inputPath }), envelope(), 0);

describe("a state machine", () => {
  it.each([
    [undefined, envelope()],
    ["$", envelope()],
    ["$.detail", { videoModelId: "1" }],
    ["$.detail.videoModelId", "1"],
    ["$.detail.none.deeper", null],
  ])("is started with the part %s of the event", async (inputPath, input) => {
    const start = vi.fn(async (_input: StartInput) => {});

    const failure = await stateMachineDestination(start).attempt(delivery(inputPath));

    expect(failure).toBeUndefined();
    expect(start).toHaveBeenCalledExactlyOnceWith({
      stateMachineArn: MACHINE_ARN,
      name: expect.stringMatching(/^[\w-]{73}$/),
      input: expect.any(String),
    });
    expect(JSON.parse(start.mock.lastCall?.[0].input ?? "")).toEqual(input);
  });

  it("is started under one name however often a delivery is tried, and under another by the next", async () => {
    const names: string[] = [];
    const machine = stateMachineDestination(async ({ name }) => names.push(name));
    const first = delivery();

    await machine.attempt(first);
    await machine.attempt({ ...first, failedAttempts: 1 });
    await machine.attempt(delivery());

    expect(names[0]).toBe(names[1]);
    expect(new Set(names).size).toBe(2);
  });

  it("has its event already when the execution exists", async () => {
    const machine = stateMachineDestination(async () => {
      throw new AwsJsonError("ExecutionAlreadyExists", "it ended");
    });

    expect(await machine.attempt(delivery())).toBeUndefined();
  });

  it.each([
    ["StateMachineDoesNotExist", "NO_RESOURCE"],
    ["InvalidExecutionInput", "INVALID_PARAMETER"],
  ])("that answers %s fails for good with %s", async (type, code) => {
    const machine = stateMachineDestination(async () => {
      throw new AwsJsonError(type, "why");
    });

    const failure = await machine.attempt(delivery());

    expect(failure).not.toHaveProperty("retry");
    expect(failure?.deadLetter(delivery())?.attributes).toMatchObject({
      ERROR_CODE: code,
      ERROR_MESSAGE: "why",
    });
  });

  it.each([new Error("disk full"), "disk full"])(
    "that fails otherwise (%s) is tried again as the target says, with growing pauses",
    async (error) => {
      const machine = stateMachineDestination(() => Promise.reject(error));

      const failure = await machine.attempt(delivery());

      expect(failure?.message).toContain("INTERNAL_ERROR: Error: disk full");
      expect(failure?.retry).toMatchObject({ maxRetries: 185, maxAgeSeconds: 86_400 });
      expect(failure?.retry?.delayMs(1)).toBeLessThanOrEqual(1_000);
      expect(failure?.retry?.delayMs(4)).toBeGreaterThanOrEqual(4_000);
      expect(failure?.retry?.delayMs(100)).toBeLessThanOrEqual(300_000);
    },
  );
});

describe("a function", () => {
  const failed = new FunctionError({ errorType: "TypeError", errorMessage: "why", trace: [] });
  const failing = (error: unknown, fields = {}) =>
    functionDestination(functionAsset(fields), () => Promise.reject(error));

  it("is invoked with the whole envelope", async () => {
    const invoke = vi.fn(async () => "anything");

    const failure = await functionDestination(functionAsset(), invoke).attempt(delivery());

    expect(failure).toBeUndefined();
    expect(invoke).toHaveBeenCalledExactlyOnceWith("Ended", envelope());
  });

  it("that fails is tried twice more, after a minute and after two", async () => {
    const failure = await failing(failed).attempt(delivery());

    expect(failure?.message).toBe("Ended failed with TypeError: why");
    expect(failure?.retry).toMatchObject({ maxRetries: 2, maxAgeSeconds: 21_600 });
    expect([1, 2].map((attempts) => failure?.retry?.delayMs(attempts))).toEqual([60_000, 120_000]);
  });

  it.each([
    ["MaximumRetryAttempts", "RetriesExhausted"],
    ["MaximumEventAgeInSeconds", "EventAgeExceeded"],
    [undefined, "RetriesExhausted"],
  ] as const)(
    "that failed to the end (%s) is reported to its on-failure destination, not to the rule's queue",
    async (exhausted, condition) => {
      const asset = { onFailureQueueArn: "arn:destination" };
      const failure = await failing(failed, asset).attempt(delivery());

      const letter = failure?.deadLetter({ ...delivery(), failedAttempts: 3 }, exhausted);

      expect(letter).toMatchObject({ queueArn: "arn:destination", attributes: {} });
      expect(JSON.parse(letter?.body ?? "")).toMatchObject({
        version: "1.0",
        requestContext: { condition, approximateInvokeCount: 3 },
        requestPayload: envelope(),
        responseContext: { functionError: "Unhandled" },
        responsePayload: { errorType: "TypeError", errorMessage: "why" },
      });
    },
  );

  it("that failed to the end without such a destination is dropped, as by Lambda", async () => {
    const failure = await failing(failed).attempt(delivery());

    expect(failure?.deadLetter(delivery())).toBeUndefined();
  });

  it("that Lambda does not take the call for is a matter for the rule's queue", async () => {
    const failure = await failing(new Error("too large")).attempt(delivery());

    expect(failure).not.toHaveProperty("retry");
    expect(failure?.deadLetter(delivery())).toMatchObject({
      queueArn: DEAD_LETTERS_ARN,
      attributes: { ERROR_CODE: "SDK_CLIENT_ERROR" },
    });
  });

  it("that is cut short by the end of the process has not failed", async () => {
    const attempt = failing(new RuntimeClosed("closed")).attempt(delivery());

    await expect(attempt).rejects.toThrow(RuntimeClosed);
  });
});

import type { Context } from "aws-lambda";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { logger, meter, scheduledHandler } from "#runtime/handler.ts";

const context = { getRemainingTimeInMillis: () => 90_000 } as Context;
const event = { "detail-type": "Scheduled Event" };

beforeEach(() => {
  vi.spyOn(meter, "flush");
  vi.spyOn(logger, "error").mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

it("runs with the time that the invocation has left, and writes what was measured", async () => {
  const handler = scheduledHandler(async (remainingMs) => ({ remainingMs }));

  expect(await handler(event, context)).toEqual({ remainingMs: 90_000 });
  expect(meter.flush).toHaveBeenCalledOnce();
});

it("writes what was measured when the run fails, too, and fails", async () => {
  const handler = scheduledHandler(() => Promise.reject(new Error("table down")));

  await expect(handler(event, context)).rejects.toThrow("table down");
  expect(meter.flush).toHaveBeenCalledOnce();
  expect(logger.error).toHaveBeenCalledWith("the task has failed", {
    error: "Error",
    reason: "table down",
  });
});

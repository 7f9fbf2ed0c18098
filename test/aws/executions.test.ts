import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, describe, expect, it } from "vitest";
import { createExecutions, createTrackingExecutions } from "#aws/executions.ts";

const ARN = "arn:aws:states:eu-central-1:000000000000:execution:tracking:one";

let states: TestServer | undefined;
afterEach(async () => {
  await states?.close();
  states = undefined;
});

/** Step Functions' wire protocol with one answer. */
async function executionsWith(status: number, body: Record<string, unknown>) {
  states = await serve((_request, response) => {
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(body));
  });
  return createExecutions(
    new SFNClient({
      endpoint: states.origin,
      region: "eu-central-1",
      maxAttempts: 1,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    }),
  );
}

describe("whether an execution is still running", () => {
  it.each([
    ["RUNNING", true],
    ["SUCCEEDED", false],
    ["FAILED", false],
    ["TIMED_OUT", false],
    ["ABORTED", false],
    ["PENDING_REDRIVE", true],
  ])("%s → %s", async (status, expected) => {
    const executions = await executionsWith(200, { executionArn: ARN, status });

    expect(await executions.isRunning(ARN)).toBe(expected);
  });

  it("one that Step Functions does not know is dead", async () => {
    const executions = await executionsWith(400, { __type: "ExecutionDoesNotExist" });

    expect(await executions.isRunning(ARN)).toBe(false);
  });

  it("does not mistake a fault for an ended execution", async () => {
    const executions = await executionsWith(400, { __type: "AccessDeniedException" });

    await expect(executions.isRunning(ARN)).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });
});

describe("executions for entry points", () => {
  const MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:tracking";
  const REPLACED = "arn:aws:states:eu-central-1:000000000000:execution:replaced:one";

  async function trackingWith(status: number, body: Record<string, unknown>) {
    await executionsWith(status, body);
    const sfn = new SFNClient({
      endpoint: states?.origin ?? "",
      region: "eu-central-1",
      maxAttempts: 1,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    return createTrackingExecutions(sfn, MACHINE);
  }

  it("have the ARN that follows from machine and name", async () => {
    const executions = await trackingWith(200, {});

    expect(executions.arnOf("one")).toBe(ARN);
  });

  it("of a machine that was replaced have ended, without a request", async () => {
    const executions = await trackingWith(400, { __type: "AccessDeniedException" });

    expect(await executions.stateOf(REPLACED)).toBe("ended");
    expect(await executions.isRunning(REPLACED)).toBe(false);
    expect(await executions.redrive(REPLACED)).toBe(false);
    await executions.stop(REPLACED, "Error", "cause");
    expect(states?.requests).toHaveLength(0);
  });

  it.each([
    ["RUNNING", "running"],
    ["FAILED", "ended"],
  ])("that are %s are %s", async (status, state) => {
    expect(await (await trackingWith(200, { status })).stateOf(ARN)).toBe(state);
  });

  it("that Step Functions does not know are unknown", async () => {
    const executions = await trackingWith(400, { __type: "ExecutionDoesNotExist" });

    expect(await executions.stateOf(ARN)).toBe("unknown");
    await expect(executions.stop(ARN, "Error", "cause")).resolves.toBeUndefined();
  });

  it("start, or report that the name is used up", async () => {
    expect(await (await trackingWith(200, { executionArn: ARN })).start("one", "id")).toBe(true);
    await states?.close();
    const used = await trackingWith(400, { __type: "ExecutionAlreadyExists" });
    expect(await used.start("one", "id")).toBe(false);
  });

  it("are redriven, or report that they cannot be", async () => {
    expect(await (await trackingWith(200, {})).redrive(ARN)).toBe(true);
    await states?.close();
    const over = await trackingWith(400, { __type: "ExecutionNotRedrivable" });
    expect(await over.redrive(ARN)).toBe(false);
  });
});

import { SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, describe, expect, it } from "vitest";
import { createExecutions } from "#aws/executions.ts";
import { serve, type TestServer } from "#test/support/http-server.ts";

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

describe("whether an execution still lives", () => {
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

  it("does not take a fault for a death", async () => {
    const executions = await executionsWith(400, { __type: "AccessDeniedException" });

    await expect(executions.isRunning(ARN)).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });
});

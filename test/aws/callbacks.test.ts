import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, describe, expect, it } from "vitest";
import { createCallbacks } from "#aws/callbacks.ts";

let states: TestServer | undefined;
afterEach(async () => {
  await states?.close();
  states = undefined;
});

/** Step Functions' wire protocol with one answer. */
async function succeedWith(status: number, body: object) {
  states = await serve((_request, response) => {
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(body));
  });
  const sfn = new SFNClient({
    endpoint: states.origin,
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  return createCallbacks(sfn).succeed("token");
}

describe("a callback", () => {
  it("resumes the execution that waits with the task token", async () => {
    expect(await succeedWith(200, {})).toBe(true);
  });

  it.each(["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])(
    "with a stale task token (%s) finds no execution",
    async (__type) => {
      expect(await succeedWith(400, { __type })).toBe(false);
    },
  );

  it("does not mistake a fault for a stale task token", async () => {
    await expect(succeedWith(400, { __type: "AccessDeniedException" })).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });
});

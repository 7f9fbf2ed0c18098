import { text } from "node:stream/consumers";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { afterEach, describe, expect, it } from "vitest";
import { videoExpiringEvent } from "#aws/event-entries.ts";
import { createEventPublisher, EventNotTaken } from "#aws/publish-events.ts";
import { EXECUTION, jobWith } from "#test/support/jobs.ts";

let bus: TestServer | undefined;
afterEach(async () => {
  await bus?.close();
  bus = undefined;
});

let published: unknown;

async function publish(answer: object, signal?: AbortSignal) {
  bus = await serve(async (request, response) => {
    published = JSON.parse(await text(request));
    response.setHeader("content-type", "application/x-amz-json-1.1").end(JSON.stringify(answer));
  });
  const client = new EventBridgeClient({
    endpoint: bus.origin,
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "t", secretAccessKey: "t" },
  });
  const entry = videoExpiringEvent(jobWith("queueing"), "events");
  return createEventPublisher(client)(entry, EXECUTION, signal);
}

describe("publishing an event", () => {
  it("resolves when the bus has accepted it", async () => {
    await expect(publish({ FailedEntryCount: 0, Entries: [] })).resolves.toBeUndefined();
  });

  it("names the machine and its execution, in the order of Step Functions' own integration", async () => {
    await publish({ FailedEntryCount: 0, Entries: [] });

    const Resources = ["arn:aws:states:local:000000000000:stateMachine:tracking", EXECUTION];
    expect(published).toMatchObject({ Entries: [{ Resources }] });
  });

  it("fails when the bus has refused it", async () => {
    const refusal = { FailedEntryCount: 1, Entries: [{ ErrorCode: "InternalFailure" }] };

    await expect(publish(refusal)).rejects.toThrow(
      new EventNotTaken("the event was not taken: InternalFailure"),
    );
  });

  it("fails even if the bus does not say why", async () => {
    await expect(publish({ FailedEntryCount: 1 })).rejects.toThrow(EventNotTaken);
  });

  it("is aborted by its signal", async () => {
    await expect(publish({ FailedEntryCount: 0 }, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});

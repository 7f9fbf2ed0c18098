import { text } from "node:stream/consumers";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { afterEach, describe, expect, it } from "vitest";
import { announcements } from "#aws/announcements.ts";
import { createEventPublisher, EventsNotTaken } from "#aws/publish-events.ts";
import { serve, type TestServer } from "#test/support/http-server.ts";
import { EXECUTION, jobWith } from "#test/support/jobs.ts";

let bus: TestServer | undefined;
afterEach(async () => {
  await bus?.close();
  bus = undefined;
});

let published: unknown;

async function publish(answer: object) {
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
  const { entries } = announcements(jobWith("queueing"), 0, "events");
  return createEventPublisher(client)(entries, EXECUTION);
}

describe("publishing events", () => {
  it("is done when the bus has taken every one", async () => {
    await expect(publish({ FailedEntryCount: 0, Entries: [] })).resolves.toBeUndefined();
  });

  it("names the execution and its machine, as Step Functions does", async () => {
    await publish({ FailedEntryCount: 0, Entries: [] });

    const Resources = [EXECUTION, "arn:aws:states:local:000000000000:stateMachine:tracking"];
    expect(published).toMatchObject({ Entries: [{ Resources }, { Resources }] });
  });

  it("fails when the bus has refused one", async () => {
    const refusal = { FailedEntryCount: 1, Entries: [{ ErrorCode: "InternalFailure" }, {}] };

    await expect(publish(refusal)).rejects.toThrow(
      new EventsNotTaken("1 events were not taken: InternalFailure"),
    );
  });

  it("fails also when the bus does not say why", async () => {
    await expect(publish({ FailedEntryCount: 2 })).rejects.toThrow(EventsNotTaken);
  });
});

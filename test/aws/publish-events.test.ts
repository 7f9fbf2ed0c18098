import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { afterEach, describe, expect, it } from "vitest";
import { announcements } from "#aws/announcements.ts";
import { createEventPublisher, EventsNotTaken } from "#aws/publish-events.ts";
import { serve, type TestServer } from "#test/support/http-server.ts";
import { jobWith } from "#test/support/jobs.ts";

let bus: TestServer | undefined;
afterEach(async () => {
  await bus?.close();
  bus = undefined;
});

async function publish(answer: object) {
  bus = await serve((_request, response) => {
    response.setHeader("content-type", "application/x-amz-json-1.1").end(JSON.stringify(answer));
  });
  const client = new EventBridgeClient({
    endpoint: bus.origin,
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "t", secretAccessKey: "t" },
  });
  return createEventPublisher(client)(announcements(jobWith("queueing"), 0, "events").entries);
}

describe("publishing events", () => {
  it("is done when the bus has taken every one", async () => {
    await expect(publish({ FailedEntryCount: 0, Entries: [] })).resolves.toBeUndefined();
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

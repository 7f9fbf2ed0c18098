import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DescribeEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type EventBridgeOptions,
  type EventEnvelope,
  startEventBridge,
} from "../../src/event-bridge/event-bridge.ts";
import type { LocalServer } from "../../src/http/local-server.ts";

const ENTRY: PutEventsRequestEntry = {
  EventBusName: "jobs",
  Source: "akool.video-archiver",
  DetailType: "Video Job Status Change",
  Detail: '{"status":"archived"}',
};

let directory: string;
let server: LocalServer;
let client: EventBridgeClient;
let events: EventEnvelope[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "event-bridge-"));
  events = [];
  await start({ file: join(directory, "events.jsonl"), onEvent: (event) => events.push(event) });
});

afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true });
});

async function start(options: Partial<EventBridgeOptions>) {
  server = await startEventBridge({
    buses: ["jobs"],
    account: "123456789012",
    region: "eu-central-1",
    ...options,
  });
  client = new EventBridgeClient({
    endpoint: server.endpoint,
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}

async function stop() {
  client.destroy();
  await server.close();
}

function put(...Entries: PutEventsRequestEntry[]) {
  return client.send(new PutEventsCommand({ Entries }));
}

describe("the listener", () => {
  test("gets the name of the bus, also of the default one, and is awaited", async () => {
    const heard: string[] = [];
    await stop();
    await start({
      buses: ["jobs", "default"],
      onEvent: async (_event, busName) => {
        await new Promise(setImmediate);
        heard.push(busName);
      },
    });
    const { EventBusName: _jobs, ...toDefault } = ENTRY;

    await put(ENTRY, toDefault, { ...ENTRY, EventBusName: "arn:aws:events:x:1:event-bus/jobs" });

    expect(heard).toEqual(["jobs", "default", "jobs"]);
  });

  test("that rejects fails the publisher's request", async () => {
    await stop();
    await start({ onEvent: () => Promise.reject(new Error("disk full")) });

    await expect(put(ENTRY)).rejects.toMatchObject({ name: "InternalFailure" });
  });

  test("finds no half line before its event in the file", async () => {
    await stop();
    await writeFile(join(directory, "events.jsonl"), '{"half":');
    await start({ file: join(directory, "events.jsonl") });

    await put(ENTRY);

    const text = await readFile(join(directory, "events.jsonl"), "utf8");
    expect(JSON.parse(text)).toMatchObject({ source: ENTRY.Source });
  });
});

describe("an event", () => {
  test("reaches the listener and the file in its envelope", async () => {
    const Time = new Date("2026-11-22T09:44:08.000Z");

    const answer = await put({ ...ENTRY, Time, Resources: ["arn:aws:s3:::videos"] });

    const expected = {
      version: "0",
      id: answer.Entries?.[0]?.EventId,
      "detail-type": "Video Job Status Change",
      source: "akool.video-archiver",
      account: "123456789012",
      time: "2026-11-22T09:44:08Z",
      region: "eu-central-1",
      resources: ["arn:aws:s3:::videos"],
      detail: { status: "archived" },
    };
    expect(answer.FailedEntryCount).toBe(0);
    expect(events).toEqual([expected]);
    const lines = await readFile(join(directory, "events.jsonl"), "utf8");
    expect(lines).toBe(`${JSON.stringify(expected)}\n`);
  });

  test("is of this very second when it names no time", async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;

    await put(ENTRY);

    const time = Date.parse(events[0]?.time ?? "");
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
    expect(events[0]?.resources).toEqual([]);
  });

  test("may name its bus by ARN", async () => {
    const EventBusName = "arn:aws:events:eu-central-1:123456789012:event-bus/jobs";

    await put({ ...ENTRY, EventBusName });

    expect(events).toHaveLength(1);
  });

  test("needs neither listener nor file", async () => {
    await stop();
    await start({});

    const answer = await put(ENTRY, ENTRY);

    expect(answer.Entries).toHaveLength(2);
  });

  test("fails its publisher when the listener fails", async () => {
    await stop();
    await start({
      onEvent: () => {
        throw new Error("display broken");
      },
    });

    await expect(put(ENTRY)).rejects.toThrow(/display broken/);
  });
});

describe("an entry that is wrong fails alone", () => {
  test.each([
    ["no Source", { Source: undefined }, "InvalidArgument"],
    ["no DetailType", { DetailType: "" }, "InvalidArgument"],
    ["no Detail", { Detail: undefined }, "InvalidArgument"],
    ["a Source of AWS", { Source: "aws.s3" }, "NotAuthorizedForSource"],
    ["a Detail that is no JSON", { Detail: "{" }, "MalformedDetail"],
    ["a Detail that is a list", { Detail: "[1]" }, "MalformedDetail"],
    ["a Detail that is nothing", { Detail: "null" }, "MalformedDetail"],
  ])("with %s", async (_what, change, code) => {
    const answer = await put(ENTRY, { ...ENTRY, ...change });

    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries?.[0]?.EventId).toBe(events[0]?.id);
    expect(answer.Entries?.[1]).toMatchObject({ ErrorCode: code });
    expect(events).toHaveLength(1);
  });
});

describe("a request is refused as a whole", () => {
  test.each([
    ["no entry", []],
    ["eleven entries", Array.from({ length: 11 }, () => ENTRY)],
    ["over 256 KB together", [ENTRY, { ...ENTRY, Detail: `{"a":"${"ä".repeat(131_072)}"}` }]],
  ])("with %s", async (_what, entries) => {
    await expect(put(...entries)).rejects.toMatchObject({ name: "ValidationException" });

    expect(events).toEqual([]);
  });

  test("counting time and resources against its size", async () => {
    const room = 256 * 1024 - 14 - 10;
    const rest = Buffer.byteLength(`${ENTRY.Source}${ENTRY.DetailType}{"a":""}`);
    const entry = { ...ENTRY, Time: new Date(0), Resources: ["0123456789"] };

    await put({ ...entry, Detail: `{"a":"${"x".repeat(room - rest)}"}` });
    const over = put({ ...entry, Detail: `{"a":"${"x".repeat(room - rest + 1)}"}` });

    await expect(over).rejects.toMatchObject({ name: "ValidationException" });
    expect(events).toHaveLength(1);
  });

  test.each(["elsewhere", undefined])("for the unknown bus %s", async (EventBusName) => {
    const putting = put(ENTRY, { ...ENTRY, EventBusName });

    await expect(putting).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect(events).toEqual([]);
  });

  test("for a multi-Region endpoint, which does not exist here", async () => {
    const body = JSON.stringify({ EndpointId: "abcde.veo", Entries: [ENTRY] });

    const answer = await fetch(server.endpoint, {
      method: "POST",
      headers: { "x-amz-target": "AWSEvents.PutEvents" },
      body,
    });

    expect(await answer.json()).toMatchObject({ __type: "ValidationException" });
  });
});

test("another operation is refused by name", async () => {
  const sending = client.send(new DescribeEventBusCommand({ Name: "jobs" }));

  await expect(sending).rejects.toMatchObject({
    name: "UnknownOperationException",
    message: expect.stringContaining("DescribeEventBus"),
  });
});

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobScript } from "@akool-archiver/akool-simulator/job-script.ts";
import {
  type AkoolSimulator,
  defaultApiKey,
  defaultClientId,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { seal } from "#test/support/webhooks.ts";
import { type Served, serveWith } from "./served.ts";

const complete = { kind: "complete", file: { kind: "sample" } } as const;
const SOON = { timeout: 100_000, interval: 50 };

let akool: AkoolSimulator;
let served: Served;
let webhookUrl: string;

beforeAll(async () => {
  akool = await startAkoolSimulator();
  served = await serveWith(akool, defaultApiKey, { AKOOL_CLIENT_ID: defaultClientId });
  webhookUrl = `${served.ready.api}/webhooks/akool`;
});
afterAll(async () => {
  expect(await served.close()).toBe(0);
  await akool.close();
});

const withWebhook = (script: Partial<JobScript> = {}) =>
  akool.addJob({ queueMs: 3_000, processMs: 2_500, end: complete, ...script }, webhookUrl);
const submit = (videoModelId: string) => served.call("submitJob", { body: { videoModelId } });
const read = async (videoModelId: string) =>
  (await served.call("getJob", { parameters: { videoModelId } })).body;
const until = (id: string, status: string) =>
  vi.waitUntil(async () => (await read(id))?.status === status, SOON);
const untilArchived = (id: string) => until(id, "archived");

/** What Step Functions would have billed, as the interpreter has counted it. */
async function transitionsOf(id: string): Promise<number> {
  const file = join(served.data, "executions", `${id}-1.json`);
  return JSON.parse(await readFile(file, "utf8")).transitions;
}

/** A webhook as AKOOL documents it, under credentials of the test's choice. */
function webhook(id: string, { key = defaultApiKey, status = 3, at = Date.now() } = {}) {
  return seal(JSON.stringify({ _id: id, status, url: "" }), defaultClientId, key, at, "0042");
}

async function post(body: unknown) {
  const response = await fetch(webhookUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

describe("a job whose webhook comes to us", () => {
  it("is recorded when the webhook comes, with three polls and ten transitions", async () => {
    // Each stage lasts until it has been seen, however slow the machine is.
    const begin = Date.now();
    const id = withWebhook({ queueMs: 3_600_000, processMs: 3_600_000 });
    await submit(id);
    await until(id, "queueing");
    akool.updateJob(id, { queueMs: Date.now() - begin });
    await until(id, "processing");
    const queueMs = Date.now() - begin - 1;
    akool.updateJob(id, { queueMs, processMs: 1 });

    await untilArchived(id);

    const { timeline, akool: fields } = await read(id);
    const completed = timeline.find((line: { status: string }) => line.status === "completed");
    // Long before a poll would be due; how long a function takes on a busy machine proves nothing.
    expect(Date.parse(completed.at) - fields.update_time).toBeLessThan(30_000);
    expect(timeline.map((line: { status: string }) => line.status)).toEqual([
      "accepted",
      "queueing",
      "processing",
      "completed",
      "archived",
    ]);
    expect(akool.calls(id)).toBe(3);
    await vi.waitFor(async () => expect(await transitionsOf(id)).toBe(10), SOON);
  });

  it("is archived once when its webhooks come twice and late", async () => {
    const id = withWebhook({ webhook: { duplicates: 2, lateMs: 300 } });
    await submit(id);

    await untilArchived(id);

    const { timeline } = await read(id);
    expect(timeline.filter((line: { status: string }) => line.status === "archived")).toHaveLength(
      1,
    );
  });

  it("is followed by its webhook alone, although nobody has submitted it", async () => {
    const id = withWebhook({ queueMs: 0, processMs: 500 });

    await untilArchived(id);

    expect(akool.calls(id)).toBeLessThanOrEqual(3);
  });

  it("comes from a creation through the API without a word about webhooks", async () => {
    const { body } = await served.call("createCharacterSwap", {
      headers: { "idempotency-key": "webhook-expected" },
      body: { image: "https://example.com/a.png", video: "https://example.com/b.mp4" },
    });

    await vi.waitFor(async () => {
      expect((await read(body.job.videoModelId)).akool?.webhookUrl).toBe(webhookUrl);
    }, SOON);
  });
});

describe("the webhook's address", () => {
  it.each(["GET", "HEAD"])("answers a %s with 200 and nothing", async (method) => {
    const response = await fetch(webhookUrl, { method });

    expect({ status: response.status, text: await response.text() }).toEqual({
      status: 200,
      text: "",
    });
  });

  it("takes a genuine webhook with a member more, nulls, a byte order mark and line breaks", async () => {
    const id = akool.addJob({ queueMs: 0, processMs: 0, end: complete });
    const payload = `\uFEFF${JSON.stringify({ _id: id, video_id: null, status: null, type: null }, null, 2)}`;
    const body = { ...seal(payload, defaultClientId, defaultApiKey, Date.now()), event: null };

    expect(await post(`\uFEFF${JSON.stringify(body, null, 2)}`)).toEqual({
      status: 200,
      text: "{}",
    });

    await untilArchived(id);
  });

  it("answers a genuine webhook without a usable id like any other", async () => {
    for (const _id of [null, 7, "x", {}, []]) {
      const body = seal(JSON.stringify({ _id }), defaultClientId, defaultApiKey, Date.now());

      expect(await post(body)).toEqual({ status: 200, text: "{}" });
    }
  });
});

describe("a webhook that is none", () => {
  it("is refused byte for byte alike, starts nothing and costs no call", async () => {
    const id = akool.addJob({ queueMs: 0, processMs: 0, end: complete });
    const genuine = webhook(id);
    const forged: unknown[] = [
      { ...genuine, signature: "0".repeat(40) },
      { ...webhook(id, { key: "another-customers-key-24" }) },
      webhook(id, { at: Date.now() - 25 * 3_600_000 }),
      JSON.stringify(genuine).slice(0, -5),
      { ...genuine, dataEncrypt: "AAAAAAAAAAAAAAAAAAAAAA==" },
      "<html>",
      "x".repeat(1_000_000),
    ];

    const answers = await Promise.all(forged.map(post));
    for (let i = 0; i < 200; i++) answers.push(await post(forged[i % 2]));

    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ status: 400, text: '{"message":"refused"}' })]),
    );
    // What Lambda could not even take is cut off before the function, by API Gateway.
    expect((await post("x".repeat(10_600_000))).status).toBe(413);
    expect(akool.calls(id)).toBe(0);
    expect(await read(id)).toMatchObject({ status: 404 });
  });

  it("is answered as AKOOL's own retry when it is a replay, and does nothing", async () => {
    const id = akool.addJob({ queueMs: 0, processMs: 0, end: complete });
    const once = webhook(id);

    const first = await post(once);
    await untilArchived(id);
    const calls = akool.calls(id);
    const again = await post(once);

    expect([first, again]).toEqual(Array(2).fill({ status: 200, text: "{}" }));
    expect(akool.calls(id)).toBe(calls);
    expect((await read(id)).attempt).toBe(1);
  });
});

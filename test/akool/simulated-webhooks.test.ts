import { text } from "node:stream/consumers";
import { dataOf, rightKey } from "@akool-archiver/akool-simulator/client.ts";
import type { JobScript } from "@akool-archiver/akool-simulator/job-script.ts";
import {
  type AkoolSimulator,
  defaultApiKey,
  defaultClientId,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { webhookBody } from "@akool-archiver/akool-simulator/webhook-body.ts";
import { WebhookSender } from "@akool-archiver/akool-simulator/webhook-sender.ts";
import { NoWebhookAddressError } from "@akool-archiver/akool-simulator/webhooks.ts";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openWebhook } from "#akool/webhook.ts";

const START = Date.UTC(2026, 10, 22);
const KEYS = { clientId: defaultClientId, clientSecret: defaultApiKey };

/** Ends at once by the simulator's clock. */
const done: JobScript = {
  queueMs: 0,
  processMs: 0,
  end: { kind: "complete", file: { kind: "sample" } },
};

let clock: number;
let simulator: AkoolSimulator;
let receiver: TestServer;
let bodies: string[];
/** The answers in their order; 200 after the last. */
let answers: number[];

beforeEach(async () => {
  clock = START;
  bodies = [];
  answers = [];
  simulator = await startAkoolSimulator({ now: () => clock });
  receiver = await serve(async (request, response) => {
    bodies.push(await text(request));
    response.writeHead(answers.shift() ?? 200).end("{}");
  });
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

const hook = () => `${receiver.origin}/webhooks/akool`;
/** A jump of the clock is noticed within a second. */
const received = (count: number) =>
  vi.waitFor(() => expect(bodies).toHaveLength(count), { timeout: 60_000 });

function open(body: string) {
  return openWebhook(body, { credentials: [KEYS], windowMs: 0, now: clock });
}

/** Whether each webhook that came speaks of the end. */
const ends = () => bodies.map((body) => open(body)?.saysEnded);

describe("a job with an address on this machine", () => {
  it("calls back when processing begins and when it ends, about itself", async () => {
    const id = simulator.addJob(done, hook());

    await received(2);

    expect(bodies.map(open)).toMatchObject([
      { videoModelId: id, saysEnded: false },
      { videoModelId: id, saysEnded: true },
    ]);
    expect(
      receiver.requests.map(({ method, headers }) => [method, headers["content-type"]]),
    ).toEqual([
      ["POST", "application/json"],
      ["POST", "application/json"],
    ]);
  });

  it("calls back about a failure too", async () => {
    simulator.addJob({ ...done, end: { kind: "fail" } }, hook());

    await received(2);

    expect(ends()).toEqual([false, true]);
  });

  it("tells its address when it is asked about", async () => {
    const id = simulator.addJob(done, hook());
    const url = `${simulator.baseUrl}/v3/content/video/infobymodelid?video_model_id=${id}`;

    const { webhookUrl } = await dataOf(fetch(url, { headers: rightKey }));

    expect(webhookUrl).toBe(hook());
  });

  it("is one that was created with it, too", async () => {
    const created = await dataOf(
      fetch(`${simulator.baseUrl}/v4/characterSwap/create`, {
        method: "POST",
        headers: rightKey,
        body: JSON.stringify({
          image: "https://example.com/a.png",
          video: "https://example.com/b.mp4",
          webhookurl: hook(),
        }),
      }),
    );
    simulator.updateJob(String(created._id), done);

    await received(2);

    expect(bodies.map(open)).toMatchObject([{ videoModelId: created._id }, {}]);
  });

  it("calls back by the simulator's clock, and not before", async () => {
    simulator.addJob({ ...done, queueMs: 60_000, processMs: 60_000 }, hook());
    simulator.addJob({ ...done, webhook: { lateMs: 60_000 } }, hook());
    const early = simulator.addJob({ ...done, end: { kind: "never" } }, hook());
    await received(1);

    clock += 60_000;
    await received(4);

    const [first, ...later] = bodies;
    expect(first).toBeDefined();
    expect(JSON.parse(first ?? "").timestamp).toBe(START);
    expect(later.map(open).filter((webhook) => webhook?.videoModelId === early)).toEqual([]);
    expect(ends().filter(Boolean)).toHaveLength(1);
  });

  it("calls back about an end that its script is given later", async () => {
    const id = simulator.addJob({ ...done, end: { kind: "never" } }, hook());
    await received(1);

    simulator.updateJob(id, { end: done.end });
    await received(2);

    expect(ends()).toEqual([false, true]);
  });

  it("comes again, byte for byte the same, as often as its script says", async () => {
    simulator.addJob({ ...done, webhook: { duplicates: 2 } }, hook());

    await received(6);

    expect(new Set(bodies).size).toBe(2);
    expect(bodies[0]).toBe(bodies[2]);
    expect(bodies[3]).toBe(bodies[5]);
  });

  it("speaks of the beginning last, when its script reorders", async () => {
    simulator.addJob({ ...done, webhook: { reordered: true } }, hook());

    await received(2);

    expect(ends()).toEqual([true, false]);
  });

  it("never calls back when its script loses the webhooks, unless by hand", async () => {
    const lost = simulator.addJob({ ...done, webhook: { lost: true } }, hook());
    simulator.addJob(done, hook());
    await received(2);

    const status = await simulator.sendWebhook(lost, 3);

    expect(status).toBe(200);
    expect(bodies.map((body) => open(body)?.videoModelId === lost)).toEqual([false, false, true]);
  });

  it("is called back again, with the same body, until the answer is 200", async () => {
    answers = [500, 201];
    simulator.addJob({ ...done, end: { kind: "never" } }, hook());

    await received(3);

    expect(new Set(bodies).size).toBe(1);
  });

  it("is called back no more once the simulator is closed", async () => {
    const id = simulator.addJob({ ...done, webhook: { lost: true } }, hook());

    await simulator.close();

    await expect(simulator.sendWebhook(id, 3)).rejects.toThrow();
    simulator.updateJob(id, done);
    expect(bodies).toEqual([]);
  });
});

describe("a webhook sent by hand", () => {
  it("tells the answer, and is not retried", async () => {
    answers = [400];
    const id = simulator.addJob({ ...done, webhook: { lost: true } }, hook());

    const statuses = [await simulator.sendWebhook(id, 4), await simulator.sendWebhook(id, 4)];

    expect(statuses).toEqual([400, 200]);
    expect(new Set(bodies).size).toBe(2);
  });

  it.each([undefined, "https://example.com/hook", "no URL"])(
    "needs an address on this machine: %s is none",
    async (webhookUrl) => {
      const id = simulator.addJob(done, webhookUrl);

      await expect(simulator.sendWebhook(id, 3)).rejects.toThrow(NoWebhookAddressError);
    },
  );

  it("needs a job", async () => {
    await expect(simulator.sendWebhook("unknown", 3)).rejects.toThrow(NoWebhookAddressError);
  });
});

describe("a webhook that is never taken", () => {
  const body = webhookBody(KEYS, "{}", { timestamp: START, nonce: 1 });

  it("is given up in the end", async () => {
    answers = Array.from({ length: 9 }, () => 500);
    const sender = new WebhookSender([1, 1, 1]);

    await sender.deliver(hook(), body);
    await received(4);
    await sender.close();

    expect(answers).toHaveLength(5);
  });

  it("is given up when the sender is closed", async () => {
    answers = Array.from({ length: 9_999 }, () => 500);
    const sender = new WebhookSender(Array.from({ length: 9_999 }, () => 1));
    await sender.deliver(hook(), body);
    await vi.waitUntil(() => bodies.length > 3, { timeout: 60_000 });

    const someTurns = async () => {
      for (let turn = 0; turn < 10; turn += 1) await fetch(simulator.origin);
    };
    await sender.close();
    // One may have been on its way.
    await someTurns();
    const sent = bodies.length;
    await someTurns();

    expect(bodies).toHaveLength(sent);
  });

  it("is tried again where nobody has answered", async () => {
    const gone = await serve(() => {});
    await gone.close();
    const sender = new WebhookSender([1]);

    await expect(sender.deliver(`${gone.origin}/`, body)).resolves.toBeUndefined();
    await expect(sender.post(`${gone.origin}/`, body)).rejects.toThrow();
    await sender.close();
  });
});

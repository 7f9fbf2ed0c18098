import { Logger } from "@aws-lambda-powertools/logger";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { BufferedMeter } from "#aws/meter.ts";
import { webhookHandler } from "#http/webhook-handler.ts";
import type { WebhookOutcome } from "#use-cases/webhook/receive-webhook.ts";

const logger = new Logger({ logLevel: "SILENT" });
const context = { functionName: "akool-webhook", awsRequestId: "r" } as Context;

let outcome: WebhookOutcome;
let received: string[];
let counted: string[];
beforeEach(() => {
  outcome = "woke";
  received = [];
  counted = [];
});

function meterInto(counts: string[]): BufferedMeter {
  return {
    add: (metric) => void counts.push(metric),
    flush: () => void counts.push("written"),
  };
}

function call(event: Partial<APIGatewayProxyEventV2>) {
  const handler = webhookHandler(logger, {
    async receive(text) {
      received.push(text);
      return outcome;
    },
    meter: meterInto(counted),
  });
  return handler(event as APIGatewayProxyEventV2, context);
}

describe("the webhook's handler", () => {
  it.each(["woke", "stale", "started", "replayed", "ignored", "malformed"] as const)(
    "answers exactly 200 and an empty object when it %s",
    async (what) => {
      outcome = what;

      expect(await call({ body: "{}" })).toEqual({
        statusCode: 200,
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      expect(counted).toContain("WebhookVerified");
    },
  );

  it("counts a webhook without an id by itself, beside those that it ignores", async () => {
    outcome = "malformed";
    await call({ body: "{}" });

    expect(counted).toEqual(["WebhookIgnored", "WebhookMalformed", "WebhookVerified", "written"]);
  });

  it.each(["GET", "HEAD"])(
    "answers a %s with 200 and nothing, and counts no webhook",
    async (method) => {
      const answer = await call({ routeKey: `${method} /webhooks/akool` });

      expect(answer).toEqual({ statusCode: 200, body: "" });
      expect(received).toEqual([]);
      expect(counted).toEqual(["written"]);
    },
  );

  it("refuses byte for byte the same, whatever is wrong", async () => {
    outcome = "refused";
    const warn = vi.spyOn(logger, "warn");

    const answers = [
      await call({ body: "{}" }),
      await call({ body: "x".repeat(17_000) }),
      await call({ body: Buffer.alloc(17_000).toString("base64"), isBase64Encoded: true }),
      await call({ body: "x".repeat(10_000_000) }),
      await call({}),
    ];

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ statusCode: 400, body: '{"message":"refused"}' });
    expect(new Set(warn.mock.calls.map((call) => JSON.stringify(call))).size).toBe(1);
    expect(counted.join(" ")).toBe(Array(5).fill("WebhookRefused written").join(" "));
  });

  it("does not even look at what is too large", async () => {
    await call({ body: "x".repeat(17_000) });
    await call({ body: Buffer.alloc(17_000).toString("base64"), isBase64Encoded: true });

    expect(received).toEqual([]);
  });

  it("reads a body in Base64 as what it stands for", async () => {
    await call({ body: Buffer.from('{"a":1}').toString("base64"), isBase64Encoded: true });

    expect(received).toEqual(['{"a":1}']);
  });

  it("counts and throws a fault of our own, so that AKOOL comes again", async () => {
    const counts: string[] = [];
    const handler = webhookHandler(logger, {
      receive: () => Promise.reject(new Error("store down")),
      meter: meterInto(counts),
    });

    await expect(handler({ body: "{}" } as APIGatewayProxyEventV2, context)).rejects.toThrow(
      "store down",
    );
    expect(counts).toEqual(["WebhookFailed", "written"]);
  });
});

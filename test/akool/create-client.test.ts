import type { ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { defaultApiKey, startAkoolSimulator } from "@akool-archiver/akool-simulator/simulator.ts";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createCreateClient } from "#akool/create-client.ts";

const swap = { image: "https://example.com/a.png", video: "https://example.com/b.mp4" };

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const credentialsOf = (apiKey: string) => ({
  apiKey: vi.fn(async () => "read-long-ago"),
  freshApiKey: vi.fn(async () => apiKey),
});

async function outcomeOf(answer: (response: ServerResponse) => void, timeoutMs = 10_000) {
  await server?.close();
  server = await serve((_request, response) => answer(response));
  const credentials = credentialsOf("k");
  const client = createCreateClient({ baseUrl: server.origin, credentials, timeoutMs });
  return { outcome: await client.createCharacterSwap(swap), credentials, server };
}

const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse) =>
    void response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify(body));

describe("the billable call", () => {
  it("creates a video at the simulator, with v4 and the key", async () => {
    const akool = await startAkoolSimulator();
    const client = createCreateClient({
      baseUrl: akool.baseUrl,
      credentials: credentialsOf(defaultApiKey),
    });

    const outcome = await client.createCharacterSwap(swap);

    expect(outcome).toEqual({
      kind: "created",
      videoModelId: expect.stringMatching(/^[0-9a-f]{24}$/),
      model: "wavespeed-ai/wan-2.2/animate",
    });
    expect(akool.requests()[0]?.url).toBe("/api/open/v4/characterSwap/create");
    await akool.close();
  });

  it("sends the request as it is", async () => {
    let sent = "";
    server = await serve(async (request, response) => {
      sent = (await buffer(request)).toString();
      json({ code: 1000, data: { _id: "689174694b4dbdd4ab3d28c9" } })(response);
    });
    const client = createCreateClient({
      baseUrl: `${server.origin}/api/open//`,
      credentials: credentialsOf("k"),
    });

    await client.createCharacterSwap(swap);

    expect(JSON.parse(sent)).toEqual(swap);
    await client.createCharacterSwap(swap, "https://api.example.com/webhooks/akool");
    expect(JSON.parse(sent)).toEqual({
      ...swap,
      webhookurl: "https://api.example.com/webhooks/akool",
    });
    expect(server.requests[0]?.url).toBe("/api/open/v4/characterSwap/create");
    expect(server.requests[0]?.headers).toMatchObject({
      "x-api-key": "k",
      "content-type": "application/json",
    });
  });

  it.each<[number, object]>([
    [1003, { kind: "refused", code: 1003, message: "text" }],
    [1008, { kind: "refused", code: 1008, message: "text" }],
    [1101, { kind: "not_now", trouble: "account_fault", detail: "code 1101: text" }],
    [1102, { kind: "not_now", trouble: "account_fault", detail: "code 1102: text" }],
    [1005, { kind: "not_now", trouble: "throttled", detail: "code 1005: text" }],
    [2001, { kind: "unknown", detail: "code 2001: text" }],
    [1015, { kind: "unknown", detail: "code 1015: text" }],
    [4242, { kind: "unknown", detail: "code 4242: text" }],
  ])("answered with code %d is %o", async (code, outcome) => {
    expect((await outcomeOf(json({ code, msg: "text" }))).outcome).toEqual(outcome);
  });

  it.each<[string, (response: ServerResponse) => void, string, number?]>([
    ["success without data", json({ code: 1000 }), "code 1000, without an id"],
    ["success without an id", json({ code: 1000, data: {} }), "code 1000, without an id"],
    ["HTTP 502 with HTML", (r: ServerResponse) => void r.writeHead(502).end("<html>"), "HTTP 502"],
    ["a cut-off answer", (r: ServerResponse) => void r.end('{"code":1000,"da'), "HTTP 200"],
    ["a broken connection", (r: ServerResponse) => void r.destroy(), "ECONNRESET"],
    ["no answer in time", () => {}, "TimeoutError", 100],
  ])("with %s has an unknown outcome, says why, and is sent once", async (...row) => {
    const [_, answer, why, timeoutMs] = row;

    const { outcome, server } = await outcomeOf(answer, timeoutMs);

    expect(outcome).toEqual({ kind: "unknown", detail: expect.stringContaining(why) });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [401, "account_fault"],
    [403, "account_fault"],
    [429, "throttled"],
  ])("answered with HTTP %d was not done", async (status, trouble) => {
    const { outcome } = await outcomeOf((r) => void r.writeHead(status).end("no"));

    expect(outcome).toMatchObject({ kind: "not_now", trouble });
  });

  it("answered with an id that cannot be tracked is unknown, and shows the id", async () => {
    const { outcome } = await outcomeOf(json({ code: 1000, data: { _id: "a/b" } }));

    expect(outcome).toEqual({ kind: "unknown", detail: "code 1000, with the id a/b" });
  });

  it("answered with such an id of any length shows its beginning", async () => {
    const { outcome } = await outcomeOf(json({ code: 1000, data: { _id: "#".repeat(50_000) } }));

    expect(outcome).toMatchObject({ detail: `code 1000, with the id ${"#".repeat(100)}` });
  });

  it("answered with a long refusal keeps its beginning", async () => {
    const { outcome } = await outcomeOf(json({ code: 1003, msg: `${"why ".repeat(500)}more` }));

    expect(outcome).toMatchObject({ message: "why ".repeat(500) });
  });

  it.each([
    [499, { kind: "refused", code: 1003, message: "no" }],
    [500, { kind: "unknown", detail: "HTTP 500, code 1003: no" }],
  ])("is not refused by a gateway's answer: HTTP %d", async (status, outcome) => {
    expect((await outcomeOf(json({ code: 1003, msg: "no" }, status))).outcome).toEqual(outcome);
  });

  it("does not send the key to the target of a redirect", async () => {
    const { outcome, server } = await outcomeOf((r) => {
      r.writeHead(307, { location: "/elsewhere" }).end();
    });

    expect(outcome.kind).toBe("unknown");
    expect(server.requests).toHaveLength(1);
  });

  it("is sent once, even when the key is refused, so the key is never cached", async () => {
    const { outcome, credentials, server } = await outcomeOf(json({ code: 1101 }));

    expect(outcome).toMatchObject({ kind: "not_now", trouble: "account_fault" });
    expect(server.requests.map(({ headers }) => headers["x-api-key"])).toEqual(["k"]);
    expect(credentials.apiKey).not.toHaveBeenCalled();
  });

  it("that never reached AKOOL was not done", async () => {
    const gone = await serve(() => {});
    await gone.close();
    const client = createCreateClient({ baseUrl: gone.origin, credentials: credentialsOf("k") });

    expect(await client.createCharacterSwap(swap)).toEqual({
      kind: "not_now",
      trouble: "unavailable",
      detail: "no connection: ECONNREFUSED",
    });
  });

  it("is not made without a key", async () => {
    const credentials = credentialsOf("k");
    credentials.freshApiKey.mockRejectedValue(new Error("no secret"));
    const client = createCreateClient({ baseUrl: "http://127.0.0.1:1", credentials });

    expect(await client.createCharacterSwap(swap)).toEqual({
      kind: "not_now",
      trouble: "account_fault",
      detail: expect.stringContaining("key"),
    });
  });

  it("calls a fault without a name unknown", async () => {
    const client = createCreateClient({
      baseUrl: "http://127.0.0.1:1",
      credentials: credentialsOf("k"),
      fetch: () => Promise.reject("text"),
    });

    expect(await client.createCharacterSwap(swap)).toEqual({
      kind: "unknown",
      detail: "no answer: unknown error",
    });
  });

  it("accepts a refusal without a message", async () => {
    expect((await outcomeOf(json({ code: 1003 }))).outcome).toEqual({
      kind: "refused",
      code: 1003,
      message: "AKOOL gave no message",
    });
  });
});

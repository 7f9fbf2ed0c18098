import type { ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createCreateClient } from "#akool/create-client.ts";
import { defaultApiKey, startAkoolSimulator } from "#local/akool-simulator/simulator.ts";
import { serve, type TestServer } from "#test/support/http-server.ts";

const swap = { image: "https://example.com/a.png", video: "https://example.com/b.mp4" };

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const credentialsOf = (apiKey: string) => ({ apiKey: vi.fn(async () => apiKey), forget: vi.fn() });

async function outcomeOf(answer: (response: ServerResponse) => void, timeoutMs = 2_000) {
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
    const client = createCreateClient({ baseUrl: server.origin, credentials: credentialsOf("k") });

    await client.createCharacterSwap(swap);

    expect(JSON.parse(sent)).toEqual(swap);
    await client.createCharacterSwap(swap, "https://api.example.com/webhooks/akool");
    expect(JSON.parse(sent)).toEqual({
      ...swap,
      webhookurl: "https://api.example.com/webhooks/akool",
    });
    expect(server.requests[0]?.headers["x-api-key"]).toBe("k");
  });

  it.each([
    [1003, "refused"],
    [1008, "refused"],
    [1101, "not_now"],
    [1102, "not_now"],
    [1005, "not_now"],
    [2001, "unknown"],
    [1015, "unknown"],
    [4242, "unknown"],
  ])("answered with code %d is %s", async (code, kind) => {
    expect((await outcomeOf(json({ code, msg: "text" }))).outcome).toMatchObject({ kind });
  });

  it.each([
    ["success without an id", json({ code: 1000, msg: "OK", data: {} })],
    ["HTTP 502 with HTML", (r: ServerResponse) => void r.writeHead(502).end("<html>")],
    ["a cut-off answer", (r: ServerResponse) => void r.end('{"code":1000,"da')],
    ["a broken connection", (r: ServerResponse) => void r.destroy()],
    ["no answer in time", () => {}],
  ])("with %s has an unknown outcome and is sent once", async (_, answer) => {
    const { outcome, server } = await outcomeOf(answer, 100);

    expect(outcome.kind).toBe("unknown");
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [401, "account"],
    [403, "account"],
    [429, "akool"],
  ])("answered with HTTP %d was not done", async (status, party) => {
    const { outcome } = await outcomeOf((r) => void r.writeHead(status).end("no"));

    expect(outcome).toMatchObject({ kind: "not_now", party });
  });

  it("answered with an id that nobody could follow is unknown, and shows the id", async () => {
    const { outcome } = await outcomeOf(json({ code: 1000, data: { _id: "a/b" } }));

    expect(outcome).toEqual({ kind: "unknown", detail: "code 1000, with the id a/b" });
  });

  it("is not taken for refused because of what a gateway says", async () => {
    expect((await outcomeOf(json({ code: 1003 }, 502))).outcome.kind).toBe("unknown");
  });

  it("does not send the key on to where a redirect leads", async () => {
    const { outcome, server } = await outcomeOf((r) => {
      r.writeHead(307, { location: "/elsewhere" }).end();
    });

    expect(outcome.kind).toBe("unknown");
    expect(server.requests).toHaveLength(1);
  });

  it("makes a refused key be read anew", async () => {
    const { credentials } = await outcomeOf(json({ code: 1101 }));

    expect(credentials.forget).toHaveBeenCalledOnce();
  });

  it("that never reached AKOOL was not done", async () => {
    const gone = await serve(() => {});
    await gone.close();
    const client = createCreateClient({ baseUrl: gone.origin, credentials: credentialsOf("k") });

    expect(await client.createCharacterSwap(swap)).toEqual({
      kind: "not_now",
      party: "akool",
      detail: "no connection: ECONNREFUSED",
    });
  });

  it("is not made without a key", async () => {
    const credentials = credentialsOf("k");
    credentials.apiKey.mockRejectedValue(new Error("no secret"));
    const client = createCreateClient({ baseUrl: "http://127.0.0.1:1", credentials });

    expect(await client.createCharacterSwap(swap)).toMatchObject({
      kind: "not_now",
      party: "account",
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

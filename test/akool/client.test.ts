import type { ServerResponse } from "node:http";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createAkoolClient } from "#akool/client.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const PROCESSING = JSON.stringify({ code: 1000, msg: "OK", data: { _id: ID, video_status: 2 } });

// Vitest's fake clock does not reach this module by itself.
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

let server: TestServer | undefined;
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await server?.close();
  server = undefined;
});

function ok(response: ServerResponse, body = PROCESSING) {
  response.setHeader("content-type", "application/json").end(body);
}

const expired = (response: ServerResponse) => ok(response, '{"code":1101,"msg":"expired"}');

const expiredKey = () => Response.json({ code: 1101, msg: "expired" });
const failure = () => new Response("busy", { status: 500 });

/** As `AbortSignal.timeout`, on Vitest's clock. */
function timeoutSignal(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new DOMException("late", "TimeoutError")), ms);
  return controller.signal;
}

async function sleepUnless(signal: AbortSignal | null | undefined, ms: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
}

async function clientOf(answers: ((response: ServerResponse) => void)[], timeoutMs = 10_000) {
  let call = 0;
  server = await serve((_request, response) => {
    const answer = answers[Math.min(call++, answers.length - 1)];
    answer?.(response);
  });
  const credentials = {
    apiKey: vi.fn(async () => "the-key"),
    freshApiKey: vi.fn(async () => "the-key"),
  };
  const client = createAkoolClient({
    baseUrl: `${server.origin}/api/open//`,
    credentials,
    requestTimeoutMs: timeoutMs,
    repeatAfterMs: 1,
  });
  return { client, credentials, server };
}

describe("a poll of AKOOL", () => {
  it("asks infobymodelid for JSON, with the key alone", async () => {
    const { client, server } = await clientOf([ok]);

    const seen = await client.poll(ID);

    expect(seen.kind).toBe("processing");
    expect(server.requests[0]?.url).toBe(
      `/api/open/v3/content/video/infobymodelid?video_model_id=${ID}`,
    );
    expect(server.requests[0]?.headers).toMatchObject({
      "x-api-key": "the-key",
      accept: "application/json",
    });
    expect(server.requests[0]?.headers).not.toHaveProperty("authorization");
  });

  it.each([
    ["an HTTP 500 page", (r: ServerResponse) => void r.writeHead(500).end("<html>")],
    ["a connection that breaks", (r: ServerResponse) => void r.destroy()],
  ])("repeats %s once", async (_, broken) => {
    const { client, server } = await clientOf([broken, ok]);

    expect((await client.poll(ID)).kind).toBe("processing");
    expect(server.requests).toHaveLength(2);
  });

  it("reports an outage as an observation after the one repetition", async () => {
    const { client, server } = await clientOf([(r) => void r.destroy()]);

    const seen = await client.poll(ID);

    expect(seen).toMatchObject({
      kind: "unavailable",
      detail: expect.stringMatching(/UND_ERR|ECONN/),
    });
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ["a throttle", 200, '{"code":1005,"msg":"too frequent"}', "throttled"],
    ["an unreadable body", 200, "<html>", "unavailable"],
    ["an answer without a body", 204, undefined, "unavailable"],
    ["HTTP 499", 499, "<html>", "unavailable"],
  ])("does not repeat %s: the workflow waits instead", async (_, status, body, kind) => {
    const { client, credentials, server } = await clientOf([
      (r) => void r.writeHead(status).end(body),
    ]);

    expect((await client.poll(ID)).kind).toBe(kind);
    expect(server.requests).toHaveLength(1);
    expect(credentials.freshApiKey).not.toHaveBeenCalled();
  });

  it.each([
    ["a failure that asks for a longer pause", 503, "20", 1],
    ["a failure that asks for it with a date", 503, new Date(Date.now() + 60_000).toUTCString(), 1],
    ["a failure that asks for none", 503, "0", 2],
    ["a failure that asks for something unreadable", 503, "soon", 2],
  ])("that meets %s is repeated, or left to the workflow", async (...row) => {
    const [_, status, retryAfter, requests] = row;
    const { client, server } = await clientOf([
      (r) => void r.writeHead(status, { "retry-after": retryAfter }).end("maintenance"),
    ]);

    expect((await client.poll(ID)).kind).toBe("unavailable");
    expect(server.requests).toHaveLength(requests);
  });

  it.each([
    ["a throttle", 429, "slow down", "throttled"],
    ["an outage", 503, "maintenance", "unavailable"],
    ["an answer", 200, PROCESSING, "processing"],
  ])("reports how long AKOOL asks to wait with %s", async (_, status, body, kind) => {
    const { client } = await clientOf([
      (r) => void r.writeHead(status, { "retry-after": "20" }).end(body),
    ]);

    expect(await client.poll(ID)).toMatchObject({ kind, retryAfterSeconds: 20 });
  });

  it("names the host that a redirect leads to, without its query", async () => {
    const { client } = await clientOf([
      (r) => void r.writeHead(302, { location: "https://login.example.com/?next=secret" }).end(),
    ]);

    const seen = await client.poll(ID);

    expect(seen).toMatchObject({ detail: expect.stringContaining("the host login.example.com") });
    expect(JSON.stringify(seen)).not.toContain("secret");
  });

  it("pauses half a second before the repetition", async () => {
    vi.useFakeTimers();
    const fetch = vi.fn(() => Promise.reject(new TypeError("fetch failed")));
    const credentials = { apiKey: async () => "the-key", freshApiKey: async () => "the-key" };
    const client = createAkoolClient({ baseUrl: "https://akool.invalid", credentials, fetch });

    const poll = client.poll(ID);

    await vi.advanceTimersByTimeAsync(499);
    expect(fetch).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(fetch).toHaveBeenCalledTimes(2);
    expect(await poll).toEqual({ kind: "unavailable", detail: "no answer: TypeError" });
  });

  it("times out once, without a repetition", async () => {
    const { client, server } = await clientOf([() => {}], 50);

    expect(await client.poll(ID)).toEqual({
      kind: "unavailable",
      detail: "no answer: TimeoutError",
    });
    expect(server.requests).toHaveLength(1);
  });

  it("with several slow requests still ends within 22 s", async () => {
    vi.useFakeTimers();
    vi.spyOn(AbortSignal, "timeout").mockImplementation(timeoutSignal);
    const answers = [expiredKey, failure, expiredKey, failure];
    const fetch = vi.fn(async (_url: unknown, { signal }: RequestInit = {}) => {
      await sleepUnless(signal, 9_000);
      return answers.shift()?.() ?? failure();
    });
    const keys = ["key-1", "key-2", "key-3", "key-4"];
    const nextKey = async () => keys.shift() ?? "key";
    const credentials = { apiKey: nextKey, freshApiKey: nextKey };
    const client = createAkoolClient({ baseUrl: "https://akool.invalid", credentials, fetch });

    const over = vi.fn();
    const poll = client.poll(ID).finally(over);
    await vi.advanceTimersByTimeAsync(21_999);
    expect(over).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);

    expect(over).toHaveBeenCalled();
    expect(await poll).toEqual({ kind: "unavailable", detail: "no answer: TimeoutError" });
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it("does not read an endless body", async () => {
    const { client } = await clientOf([
      (r) => {
        const chunk = Buffer.alloc(300_000, " ");
        for (let i = 0; i < 5; i++) r.write(chunk);
      },
    ]);

    expect(await client.poll(ID)).toMatchObject({ detail: "no answer: AkoolBodyTooLarge" });
  });

  it("never follows a redirect, which would leak the key", async () => {
    const { client, server } = await clientOf([
      (r) => void r.writeHead(302, { location: `${server.origin}/elsewhere` }).end(),
    ]);

    expect((await client.poll(ID)).kind).toBe("unavailable");
    expect(server.requests).toHaveLength(1);
  });

  it("is repeated at once with the new key when the key was rotated", async () => {
    const { client, credentials, server } = await clientOf([expired, ok]);
    credentials.freshApiKey.mockResolvedValue("the-new-key");

    expect((await client.poll(ID)).kind).toBe("processing");
    expect(server.requests.map(({ headers }) => headers["x-api-key"])).toEqual([
      "the-key",
      "the-new-key",
    ]);
  });

  it("is not repeated when the refused key is still the stored one", async () => {
    const { client, credentials, server } = await clientOf([expired]);

    expect((await client.poll(ID)).kind).toBe("account_fault");
    expect(credentials.freshApiKey).toHaveBeenCalledOnce();
    expect(server.requests).toHaveLength(1);
  });

  it("tries two keys at most", async () => {
    const { client, credentials, server } = await clientOf([expired]);
    credentials.freshApiKey.mockResolvedValue("the-new-key");

    expect((await client.poll(ID)).kind).toBe("account_fault");
    expect(server.requests).toHaveLength(2);
  });

  it("reports AKOOL's refusal when the secret cannot be read again", async () => {
    const { client, credentials, server } = await clientOf([expired]);
    credentials.freshApiKey.mockRejectedValue(new Error("no secret"));

    expect(await client.poll(ID)).toEqual({
      kind: "account_fault",
      detail: "code 1101: expired",
    });
    expect(server.requests).toHaveLength(1);
  });

  it("does not read the secret again while AKOOL accepts the key", async () => {
    const { client, credentials } = await clientOf([ok]);

    await client.poll(ID);

    expect(credentials.freshApiKey).not.toHaveBeenCalled();
  });

  it("reports an unreadable key as the account's fault, so that the job waits", async () => {
    const { client, credentials, server } = await clientOf([ok]);
    credentials.apiKey.mockRejectedValue(new TypeError("the-key is secret"));

    expect(await client.poll(ID)).toEqual({
      kind: "account_fault",
      detail: "no API key: TypeError",
    });
    expect(credentials.apiKey).toHaveBeenCalledOnce();
    expect(server.requests).toHaveLength(0);
  });

  it("copes with a rejection that is not an Error", async () => {
    const { client, credentials } = await clientOf([ok]);
    credentials.apiKey.mockRejectedValue("text");

    expect(await client.poll(ID)).toMatchObject({ detail: "no API key: unknown error" });
  });
});

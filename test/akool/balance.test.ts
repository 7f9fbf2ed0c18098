import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createBalanceReader } from "#akool/balance.ts";

const MINUTE = 60_000;
const KEY = "the-key-of-the-account";
const credit = (amount: unknown) => ({ code: 1000, msg: "OK", data: { credit: amount } });

let server: TestServer;
let now = 0;
const failures: string[] = [];
afterEach(async () => {
  await server.close();
  failures.length = 0;
});

async function answering(status: number, body: unknown): Promise<void> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  server = await serve((_, response) => void response.writeHead(status).end(text));
}

const reader = (credentials = { apiKey: async () => KEY, freshApiKey: async () => KEY }) =>
  createBalanceReader({
    baseUrl: server.origin,
    credentials,
    now: () => now,
    onFailure: (reason) => void failures.push(reason),
  });

describe("AKOOL's balance", () => {
  it("is asked as documented, once in five minutes, however many look at once", async () => {
    await answering(200, credit(1234.5));
    const read = reader();

    const known = { credits: 1234.5, at: now };
    expect(await Promise.all([read(), read()])).toEqual([known, known]);
    now += 5 * MINUTE - 1;
    expect(await read()).toEqual(known);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: "GET",
      url: "/v3/faceswap/quota/info",
      headers: { "x-api-key": KEY },
    });

    now += 1;
    expect(await read()).toEqual({ credits: 1234.5, at: now });
    expect(server.requests).toHaveLength(2);
    expect(failures).toEqual([]);
  });

  it.each([
    ["a code", 200, { code: 1101, msg: `wrong ${KEY}` }, "code 1101"],
    ["an error of a gateway", 502, "<html>", "HTTP 502 without a code"],
    ["no number", 200, credit("much"), "code 1000"],
    ["no data", 200, { code: 1000, msg: "OK" }, "code 1000"],
  ])("is unknown for five minutes after %s, which is told without the key", async (...args) => {
    const [, status, body, reason] = args;
    await answering(status, body);
    const read = reader();

    expect(await read()).toBeUndefined();
    expect(await read()).toBeUndefined();
    expect(server.requests).toHaveLength(1);
    expect(failures).toEqual([reason]);
  });

  it("is unknown without a key, or an answer", async () => {
    server = await serve(({ socket }) => void socket.destroy());
    const noKey = Object.assign(new Error(`no ${KEY}`), { name: "NoSecret" });
    const apiKey = () => Promise.reject(noKey);

    expect(await reader({ apiKey, freshApiKey: apiKey })()).toBeUndefined();
    expect(await reader()()).toBeUndefined();
    expect(failures).toEqual(["NoSecret", "UND_ERR_SOCKET"]);
  });

  it("is asked once more when a token has expired", async () => {
    server = await serve((request, response) => {
      const isGood = request.headers.authorization === "Bearer second";
      response.end(JSON.stringify(isGood ? credit(7) : { code: 1101, msg: "expired" }));
    });
    const freshApiKey = vi.fn(async () => "Bearer second");

    const balance = await reader({ apiKey: async () => "Bearer first", freshApiKey })();

    expect(balance).toEqual({ credits: 7, at: now });
    expect(freshApiKey).toHaveBeenCalledWith("Bearer first");
  });
});

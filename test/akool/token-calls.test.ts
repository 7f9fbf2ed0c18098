import type { IncomingMessage } from "node:http";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createAkoolClient } from "#akool/client.ts";
import { createCreateClient } from "#akool/create-client.ts";
import { TokenUnavailable } from "#akool/get-token.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const swap = { image: "https://example.com/a.png", video: "https://example.com/b.mp4" };
const done = { code: 1000, data: { _id: ID, video_status: 2 } };
const over = { code: 1101, msg: "token Bearer-secret-token-1 expired" };

let server: TestServer;
afterEach(() => server.close());

/** AKOOL, which takes this token alone. */
async function takingOnly(token: string, refusal: object = over): Promise<void> {
  server = await serve((request, response) => {
    const isGood = request.headers.authorization === `Bearer ${token}`;
    response.end(JSON.stringify(isGood ? done : refusal));
  });
}

/** A source that renews its token when AKOOL has refused it. */
const renewable = (first: string, next: string) => ({
  apiKey: vi.fn(async () => first),
  freshApiKey: vi.fn(async (refused?: string) => (refused === first ? next : first)),
});

const proofs = () =>
  server.requests.map(({ headers }: IncomingMessage) => [
    headers["x-api-key"],
    headers.authorization,
  ]);

const pollWith = (credentials: ReturnType<typeof renewable>) =>
  createAkoolClient({ baseUrl: server.origin, credentials }).poll(ID);
const createWith = (credentials: ReturnType<typeof renewable>) =>
  createCreateClient({ baseUrl: server.origin, credentials }).createCharacterSwap(swap);

describe.each([
  ["a poll", pollWith, "processing"],
  ["a create call", createWith, "created"],
] as const)("%s", (_, call, kind) => {
  it("sends a token as Authorization, and never x-api-key beside it", async () => {
    await takingOnly("t");

    expect((await call(renewable("Bearer t", "-"))).kind).toBe(kind);
    expect(proofs()).toEqual([[undefined, "Bearer t"]]);
  });

  it("sends an API key as x-api-key, and never Authorization beside it", async () => {
    await takingOnly("t");

    await call(renewable("key", "key"));

    expect(proofs()).toEqual([["key", undefined]]);
  });

  it("is made once more with another token when AKOOL says that this one has expired", async () => {
    await takingOnly("t2");

    expect((await call(renewable("Bearer t1", "Bearer t2"))).kind).toBe(kind);
    expect(proofs().map(([, proof]) => proof)).toEqual(["Bearer t1", "Bearer t2"]);
  });

  it("is made twice at most", async () => {
    await takingOnly("t3");

    await call(renewable("Bearer t1", "Bearer t2"));

    expect(server.requests).toHaveLength(2);
  });

  it("waits while AKOOL cannot issue a token", async () => {
    await takingOnly("t");
    const credentials = renewable("", "");
    credentials.apiKey.mockRejectedValue(new TokenUnavailable("code 1005"));
    credentials.freshApiKey.mockRejectedValue(new TokenUnavailable("code 1005"));

    expect(JSON.stringify(await call(credentials))).toMatch(/unavailable.*no token: code 1005/);
    expect(server.requests).toEqual([]);
  });

  it("shows no token that AKOOL quotes", async () => {
    await takingOnly("other");
    const credentials = renewable("Bearer Bearer-secret-token-1", "Bearer Bearer-secret-token-1");

    const outcome = JSON.stringify(await call(credentials));

    expect(outcome).toContain("1101");
    expect(outcome).not.toContain("secret-token");
  });
});

describe("a poll", () => {
  it.each([{ code: 1104 }, { code: 1200 }, { code: 1102 }])(
    "does not renew the token for %j, since another would get the same answer",
    async (refusal) => {
      await takingOnly("t2", refusal);
      const credentials = renewable("Bearer t1", "Bearer t2");

      expect((await pollWith(credentials)).kind).toBe("account_fault");

      expect(credentials.freshApiKey.mock.calls).toEqual([[undefined]]);
      expect(server.requests).toHaveLength(1);
    },
  );
});

describe("a create call", () => {
  it.each([{ code: 1103 }, { code: 1005 }, { code: 1009 }, { code: 2001 }, { code: 1015 }])(
    "is not made again after %j, whatever it is made with",
    async (refusal) => {
      await takingOnly("t2", refusal);

      await createWith(renewable("Bearer t1", "Bearer t2"));

      expect(server.requests).toHaveLength(1);
    },
  );

  it("is not made again when the answer with that code has an id: it may have been charged", async () => {
    await takingOnly("t2", { code: 1101, data: { _id: ID } });

    await createWith(renewable("Bearer t1", "Bearer t2"));

    expect(server.requests).toHaveLength(1);
  });
});

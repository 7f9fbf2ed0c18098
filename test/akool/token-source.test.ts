import { describe, expect, it } from "vitest";
import type { Send } from "#akool/exchange.ts";
import { credentialTrouble, TokenRefused, TokenUnavailable } from "#akool/get-token.ts";
import { createTokenSource } from "#akool/token-source.ts";

const PAIR = { clientId: "client", clientSecret: "the-client-secret-24-cha" };
const YEAR = 365 * 24 * 3_600_000;
const MINUTE = 60_000;

interface Asked {
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

/** AKOOL as getToken has it; a test says what it answers. */
function akool(answer: (call: number) => { status?: number; body: string } | Promise<never>) {
  const asked: Asked[] = [];
  const send: Send = async (url, { headers, body = "" }) => {
    asked.push({ url: url.href, headers, body: JSON.parse(body) });
    const { status = 200, body: text } = await answer(asked.length);
    return { status, headers: new Headers(), body: new Response(text).body };
  };
  return { asked, send };
}

const numbered = (call: number) => ({ body: JSON.stringify({ code: 1000, token: `t${call}` }) });

function sourceOf(answer: Parameters<typeof akool>[0] = numbered) {
  const clock = { now: 0 };
  const { asked, send } = akool(answer);
  const source = createTokenSource({ baseUrl: "https://a.example", send, now: () => clock.now });
  return { clock, asked, source };
}

/** A token that says when it ends, in epoch seconds. */
function endingAt(exp: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ exp })}.signature`;
}

describe("AKOOL's token", () => {
  it("is requested with client id and client secret, as documented, and no other header", async () => {
    const { source, asked } = sourceOf();

    expect(await source.tokenFor(PAIR)).toBe("t1");
    expect(asked).toEqual([
      {
        url: "https://a.example/v3/getToken",
        headers: { accept: "application/json", "content-type": "application/json" },
        body: PAIR,
      },
    ]);
  });

  it.each(['{"code":"1000","msg":"OK","token":"t"}', '\uFEFF{"code":1000,"token":" Bearer t\\n"}'])(
    "is read from %j",
    async (body) => {
      const { source } = sourceOf(() => ({ body }));

      expect(await source.tokenFor(PAIR)).toBe("t");
    },
  );

  it("is cached, and renewed before its year ends", async () => {
    const { source, asked, clock } = sourceOf();

    await source.tokenFor(PAIR);
    clock.now = YEAR - 5 * MINUTE;
    expect(await source.tokenFor(PAIR)).toBe("t1");
    clock.now++;
    expect(await source.tokenFor(PAIR)).toBe("t2");
    expect(asked).toHaveLength(2);
  });

  it("is renewed before its own expiry", async () => {
    const tokens = [endingAt(3_600), endingAt(7_200)];
    const { source, clock } = sourceOf((call) => ({
      body: JSON.stringify({ code: 1000, token: tokens[call - 1] }),
    }));

    expect(await source.tokenFor(PAIR)).toBe(tokens[0]);
    clock.now = 3_600_000 - 5 * MINUTE;
    expect(await source.tokenFor(PAIR)).toBe(tokens[0]);
    clock.now++;
    expect(await source.tokenFor(PAIR)).toBe(tokens[1]);
  });

  it("is requested once by concurrent callers", async () => {
    const { source, asked } = sourceOf();

    const had = await Promise.all(Array.from({ length: 100 }, () => source.tokenFor(PAIR)));

    expect(new Set(had)).toEqual(new Set(["t1"]));
    expect(asked).toHaveLength(1);
  });

  it("is renewed once when many callers were refused, whenever they come", async () => {
    const { source, asked } = sourceOf();
    await source.tokenFor(PAIR);

    const at100 = await Promise.all(Array.from({ length: 100 }, () => source.tokenFor(PAIR, "t1")));
    const late = await source.tokenFor(PAIR, "t1");

    expect(new Set([...at100, late])).toEqual(new Set(["t2"]));
    expect(asked).toHaveLength(2);
  });

  it("belongs to its account", async () => {
    const { source } = sourceOf();

    expect(await source.tokenFor(PAIR)).toBe("t1");
    expect(await source.tokenFor({ ...PAIR, clientSecret: "another" })).toBe("t2");
    expect(await source.tokenFor({ ...PAIR, clientId: "another" })).toBe("t3");
  });
});

describe("a configured token", () => {
  it("is used without asking AKOOL, even if it cannot be renewed", async () => {
    const { source, asked } = sourceOf();

    expect(await source.tokenFor({ token: "given" })).toBe("given");
    expect(await source.tokenFor({ token: "given", clientId: "c" }, "given")).toBe("given");
    expect(asked).toEqual([]);
  });

  it("is replaced for good once AKOOL has refused it, if another can be requested", async () => {
    const { source, asked } = sourceOf();
    const both = { token: "given", ...PAIR };

    expect(await source.tokenFor(both)).toBe("given");
    expect(await source.tokenFor(both, "given")).toBe("t1");
    expect(await source.tokenFor(both)).toBe("t1");
    expect(asked).toHaveLength(1);
  });

  it("is replaced before its own expiry", async () => {
    const { source, clock } = sourceOf();
    const both = { token: endingAt(3_600), ...PAIR };

    expect(await source.tokenFor(both)).toBe(both.token);
    clock.now = 3_600_000;
    expect(await source.tokenFor(both)).toBe("t1");
  });
});

describe("no token", () => {
  it.each([
    ["its account is unknown", { body: '{"code":1109,"msg":"no such account"}' }, TokenRefused],
    ["its key is refused", { body: '{"code":1101}' }, TokenRefused],
    ["a parameter is wrong", { body: '{"code":1003}' }, TokenRefused],
    ["a gateway refuses it", { status: 403, body: "<html>" }, TokenRefused],
    ["AKOOL is asked too often", { body: '{"code":1005}' }, TokenUnavailable],
    ["AKOOL has trouble", { status: 500, body: '{"code":2001}' }, TokenUnavailable],
    ["there is none in the answer", { body: '{"code":1000}' }, TokenUnavailable],
    ["the answer is a page", { status: 502, body: "<html>" }, TokenUnavailable],
  ])("is issued when %s, and the next call asks again", async (_, first, error) => {
    const { source } = sourceOf((call) => (call === 1 ? first : numbered(call)));

    await expect(source.tokenFor(PAIR)).rejects.toThrow(error);
    expect(await source.tokenFor(PAIR)).toBe("t2");
  });

  it("is issued without a connection, and the error quotes no secret", async () => {
    const { source } = sourceOf(() =>
      Promise.reject(new Error(`refused ${PAIR.clientSecret}`, { cause: new Error() })),
    );

    const failure = await source.tokenFor(PAIR).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(TokenUnavailable);
    expect(String(failure)).not.toContain(PAIR.clientSecret);
  });

  it("can be requested without credentials", async () => {
    const { source, asked } = sourceOf();

    await expect(source.tokenFor({ clientId: "c" })).rejects.toThrow(TokenRefused);
    expect(asked).toEqual([]);
  });

  it("is the account's fault only when AKOOL has refused it", () => {
    expect(credentialTrouble(new TokenRefused("code 1109"))).toEqual({
      kind: "account_fault",
      detail: "no API key: TokenRefused",
    });
    expect(credentialTrouble(new TokenUnavailable("code 1005"))).toEqual({
      kind: "unavailable",
      detail: "no token: code 1005",
    });
  });
});

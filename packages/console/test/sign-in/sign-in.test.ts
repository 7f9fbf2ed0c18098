import { beforeEach, describe, expect, it, vi } from "vitest";
import { UnusableProvider } from "../../app/sign-in/provider.ts";
import { createSignIn, SignInEnded, SignInRefused } from "../../app/sign-in/sign-in.ts";
import type { SignInSettings } from "../../src/sign-in-settings.ts";
import { type FakeProvider, fakeBrowser, fakeProvider, ISSUER, SITE } from "./fake-provider.ts";

const SETTINGS: SignInSettings = {
  issuer: ISSUER,
  clientId: "console",
  readScope: "archiver/read",
  operateScope: "archiver/operate",
};

let provider: FakeProvider;
let tab: ReturnType<typeof fakeBrowser>;
beforeEach(() => {
  provider = fakeProvider();
  tab = fakeBrowser(provider);
});

const open = (settings: Partial<SignInSettings> = {}, ended?: () => void) =>
  createSignIn({ ...SETTINGS, ...settings }, tab.browser, ended);

/** Signs in, by way of the provider. */
async function signedIn(settings: Partial<SignInSettings> = {}, ended?: () => void) {
  await open(settings, ended).begin();
  tab.tab.href = provider.login(tab.tab.left.at(-1) ?? "");
  const signed = await open(settings, ended).resume();
  if (signed === undefined) throw new Error("nobody has signed in");
  return signed;
}

const later = (seconds: number) => {
  provider.state.now += seconds * 1000;
};
const grants = () => provider.asked.map(({ body }) => body.get("grant_type")).filter(Boolean);

describe("a person who has not signed in", () => {
  it("is told so, and asked for nothing", async () => {
    expect(await open().resume()).toBeUndefined();
    expect(provider.asked).toEqual([]);
  });

  it("is led to the provider, with a challenge, a state and the scopes, and without a secret", async () => {
    await open({ audience: "archiver-api" }).begin();

    const address = new URL(tab.tab.left[0] ?? "");
    expect(`${address.origin}${address.pathname}`).toBe(`${ISSUER}/authorize`);
    expect(Object.fromEntries(address.searchParams)).toEqual({
      response_type: "code",
      client_id: "console",
      redirect_uri: `${SITE}/`,
      scope: "archiver/read archiver/operate offline_access",
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
      audience: "archiver-api",
    });
  });

  it("does not call a provider whose tokens come from another origin", async () => {
    provider.state.document.token_endpoint = "https://elsewhere.example/token";

    await expect(open().begin()).rejects.toThrow(UnusableProvider);
    expect(tab.tab.left).toEqual([]);
  });

  it("may try again when the provider did not answer", async () => {
    const signIn = open();
    provider.state.unreachable = true;
    await expect(signIn.begin()).rejects.toThrow("fetch failed");
    provider.state.unreachable = false;

    await signIn.begin();
    expect(tab.tab.left).toHaveLength(1);
  });
});

describe("a person who comes back", () => {
  it("has a token, is where the sign-in was begun, and leaves no code in the address", async () => {
    const signed = await signedIn();

    expect(await signed.token()).toMatch(/^[\w-]+\.[\w-]+\.signature$/);
    expect(signed.mayOperate).toBe(true);
    expect(tab.tab.href).toBe(`${SITE}/#/jobs?status=failed`);
  });

  it("is still signed in after a reload, without asking again", async () => {
    const token = await (await signedIn()).token();
    const before = grants().length;

    expect(await (await open().resume())?.token()).toBe(token);
    expect(grants()).toHaveLength(before);
  });

  it("is refused with another sign-in's state, with none begun, and the second time", async () => {
    const answer = provider.login(await addressOf());
    tab.tab.href = answer.replace(/state=[^&]+/, "state=another");
    await expect(open().resume()).rejects.toThrow(SignInRefused);
    tab.tab.href = answer;
    await expect(open().resume()).rejects.toThrow("this tab has begun no sign-in");

    expect(grants()).toEqual([]);
    expect(tab.tab.href).toBe(`${SITE}/`);
  });

  it("is refused with what the provider says", async () => {
    await open().begin();
    const state = new URL(tab.tab.left[0] ?? "").searchParams.get("state");
    tab.tab.href = `${SITE}/?error=access_denied&error_description=not%20invited&state=${state}`;

    await expect(open().resume()).rejects.toThrow(new SignInRefused("not invited"));
    expect(await open().resume()).toBeUndefined();
  });

  it("is refused with a code that is not this tab's", async () => {
    const stolen = new URL(provider.login(await addressOf()));
    await open().begin();
    const own = new URL(provider.login(tab.tab.left.at(-1) ?? ""));
    own.searchParams.set("code", stolen.searchParams.get("code") ?? "");
    tab.tab.href = own.href;

    await expect(open().resume()).rejects.toThrow(SignInRefused);
  });

  async function addressOf(): Promise<string> {
    await open().begin();
    return tab.tab.left.at(-1) ?? "";
  }
});

describe("a token", () => {
  it("is renewed before it ends, once for all who ask", async () => {
    const signed = await signedIn();
    const first = await signed.token();
    later(900 - 29);

    const tokens = await Promise.all([signed.token(), signed.token(), signed.token()]);

    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(first);
    expect(grants()).toEqual(["authorization_code", "refresh_token"]);
  });

  it("is renewed again and again, whether or not the provider changes the refresh token", async () => {
    for (const rotates of [true, false]) {
      provider.state.rotates = rotates;
      provider.state.count = 0;
      const signed = await signedIn();
      for (let hour = 0; hour < 3; hour += 1) {
        later(3_600);
        await signed.token();
      }
    }
    expect(grants().filter((type) => type === "refresh_token")).toHaveLength(6);
  });

  it("is not to be had once the provider renews no more: the page hears of it", async () => {
    const ended = vi.fn();
    const signed = await signedIn({}, ended);
    later(900);
    provider.state.refreshTokens.clear();

    await expect(signed.token()).rejects.toThrow(SignInEnded);
    expect(ended).toHaveBeenCalledOnce();
    expect(await open().resume()).toBeUndefined();
  });

  it("of a provider that gives no refresh token ends", async () => {
    provider.state.rotates = false;
    provider.state.count = 1;
    const signed = await signedIn();
    later(900);

    await expect(signed.token()).rejects.toThrow(SignInEnded);
  });

  it("is asked for again when there was no answer: the person stays signed in", async () => {
    const ended = vi.fn();
    const signed = await signedIn({}, ended);
    later(900);
    provider.state.unreachable = true;
    await expect(signed.token()).rejects.toThrow("fetch failed");
    await expect(open().resume()).rejects.toThrow("fetch failed");
    provider.state.unreachable = false;

    expect(await signed.token()).toMatch(/signature$/);
    expect(ended).not.toHaveBeenCalled();
  });

  it("that the tab has kept and that ended meanwhile is renewed, or the person signs in anew", async () => {
    await signedIn();
    later(900);
    expect(await open().resume()).toBeDefined();
    later(900);
    provider.state.refreshTokens.clear();
    expect(await open().resume()).toBeUndefined();
  });

  it("counts for five minutes where the provider does not say for how long", async () => {
    provider.state.refusal = {
      status: 200,
      body: { access_token: "opaque", token_type: "Bearer" },
    };
    const signed = await signedIn();
    later(269);

    expect(await signed.token()).toBe("opaque");
    later(2);
    await expect(signed.token()).rejects.toThrow(SignInEnded);
    expect(signed.mayOperate).toBe(false);
  });
});

describe("what the page offers", () => {
  it.each([
    [{ scope: "archiver/read" }, undefined, false],
    [{ scope: "archiver/read archiver/operate" }, undefined, true],
    [{ scp: ["archiver/operate"] }, undefined, true],
    [{ scope: "archiver/operate" }, "operators", false],
    [{ scope: "archiver/operate", "cognito:groups": ["operators"] }, "operators", true],
    [{ scope: "archiver/operate", groups: ["a", "operators"] }, "operators", true],
    [{ scope: "archiver/operated", groups: ["operators"] }, "operators", false],
  ])("by %j and the group %s is %s", async (claims, operatorGroup, expected) => {
    provider.state.claims = claims;

    const signed = await signedIn(operatorGroup === undefined ? {} : { operatorGroup });

    expect(signed.mayOperate).toBe(expected);
  });
});

describe("signing out", () => {
  it("forgets the tokens and ends the session at the provider", async () => {
    await (await signedIn()).signOut();

    expect(tab.tab.left.at(-1)).toBe(
      `${ISSUER}/end?client_id=console&post_logout_redirect_uri=${encodeURIComponent(`${SITE}/`)}`,
    );
    expect([...tab.storage.keys()]).toEqual([]);
  });

  it("goes by the addresses of a user pool, which are asked for no document", async () => {
    const endpoints = {
      authorization: "https://pool.example/oauth2/authorize",
      token: "https://pool.example/oauth2/token",
      signOut: "https://pool.example/logout",
    };
    await (await signedIn({ endpoints })).signOut();

    expect(tab.tab.left[0]).toMatch(/^https:\/\/pool\.example\/oauth2\/authorize\?/);
    expect(tab.tab.left.at(-1)).toBe(
      `https://pool.example/logout?client_id=console&logout_uri=${encodeURIComponent(`${SITE}/`)}`,
    );
    expect(provider.asked.map(({ url }) => url)).toEqual(["https://pool.example/oauth2/token"]);
  });

  it("stays here where the provider has no such address, or does not answer", async () => {
    const signed = await signedIn();
    delete provider.state.document.end_session_endpoint;
    await (await signedIn()).signOut();
    provider.state.unreachable = true;
    await signed.signOut();

    expect(tab.tab.left.at(-2)).toBe("/");
  });
});

describe("what a tab has kept and cannot be read", () => {
  it.each(["nonsense", "null", '{"access":1}', '"text"'])("is nothing: %s", async (text) => {
    for (const key of ["pending", "tokens"]) tab.storage.set(`archiver.sign-in.${key}`, text);

    expect(await open().resume()).toBeUndefined();
  });
});

import { createHash } from "node:crypto";
import type { SignInBrowser } from "../../app/sign-in/sign-in.ts";

export const ISSUER = "https://login.example.com/realm";
export const SITE = "https://console.example.com";

/** An access token with these claims; nobody here verifies its signature. */
function accessToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part(claims)}.signature`;
}

interface Asked {
  readonly url: string;
  readonly body: URLSearchParams;
}

/** A provider of OAuth that checks what it is told, behind `fetch`. */
export function fakeProvider() {
  const asked: Asked[] = [];
  const state = {
    now: Date.parse("2026-11-27T00:00:00Z"),
    /** What the next access tokens claim. */
    claims: { scope: "archiver/read archiver/operate" } as object,
    /** By the codes that were given out. */
    challenges: new Map<string, string>(),
    refreshTokens: new Set<string>(),
    document: {
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/authorize`,
      token_endpoint: `${ISSUER}/token`,
      end_session_endpoint: `${ISSUER}/end`,
      scopes_supported: ["openid", "offline_access"],
    } as Record<string, unknown>,
    /** What the token endpoint answers in place of tokens. */
    refusal: undefined as { status: number; body: object } | undefined,
    unreachable: false,
    rotates: true,
    count: 0,
  };

  const json = (status: number, body: object) =>
    new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": "application/json" },
    });

  function grant(): Response {
    state.count += 1;
    const refresh = `refresh-${state.count}`;
    state.refreshTokens.add(refresh);
    return json(200, {
      access_token: accessToken({ ...state.claims, count: state.count }),
      token_type: "Bearer",
      expires_in: 900,
      ...(state.rotates || state.count === 1 ? { refresh_token: refresh } : {}),
    });
  }

  function token(body: URLSearchParams): Response {
    if (state.refusal !== undefined) return json(state.refusal.status, state.refusal.body);
    const isRefresh = body.get("grant_type") === "refresh_token";
    const isGood =
      body.get("client_id") === "console" && (isRefresh ? renews(body) : redeems(body));
    return isGood ? grant() : json(400, { error: "invalid_grant" });
  }

  function renews(body: URLSearchParams): boolean {
    const given = body.get("refresh_token") ?? "";
    return state.rotates ? state.refreshTokens.delete(given) : state.refreshTokens.has(given);
  }

  function redeems(body: URLSearchParams): boolean {
    const code = body.get("code") ?? "";
    const verifier = body.get("code_verifier") ?? "";
    const challenge = state.challenges.get(code);
    state.challenges.delete(code);
    const isRight = createHash("sha256").update(verifier).digest("base64url") === challenge;
    return isRight && body.get("redirect_uri") === `${SITE}/`;
  }

  return {
    state,
    asked,
    fetch: async (url: string, options: object): Promise<Response> => {
      const given = "body" in options ? options.body : undefined;
      const body = new URLSearchParams(given === undefined ? "" : String(given));
      asked.push({ url, body });
      if (state.unreachable) throw new TypeError("fetch failed");
      if (url.endsWith("/.well-known/openid-configuration")) return json(200, state.document);
      return token(body);
    },
    /** What the provider does with a person who is sent there: the address that it leads back to. */
    login(authorization: string): string {
      const { searchParams } = new URL(authorization);
      const code = `code-${state.challenges.size}-${state.count}`;
      state.challenges.set(code, searchParams.get("code_challenge") ?? "");
      const back = new URL(searchParams.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", searchParams.get("state") ?? "");
      return back.href;
    },
  };
}

export type FakeProvider = ReturnType<typeof fakeProvider>;

/** One tab of a browser, at the console. */
export function fakeBrowser(provider: FakeProvider) {
  const storage = new Map<string, string>();
  const tab = { href: `${SITE}/#/jobs?status=failed`, left: [] as string[] };
  const browser: SignInBrowser = {
    location: {
      get href() {
        return tab.href;
      },
      origin: SITE,
      get hash() {
        return new URL(tab.href).hash;
      },
      assign: (url) => void tab.left.push(url),
    },
    history: {
      replaceState(_data, _unused, url) {
        tab.href = new URL(url, SITE).href;
      },
    },
    sessionStorage: {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => void storage.set(key, value),
      removeItem: (key) => void storage.delete(key),
    },
    now: () => provider.state.now,
    fetch: provider.fetch,
  };
  return { browser, tab, storage };
}

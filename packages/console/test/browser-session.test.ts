import { beforeEach, describe, expect, it } from "vitest";
import {
  type BrowserSession,
  createBrowserSession,
  SESSION_SECONDS,
} from "../src/browser-session.ts";

const KEY = new Uint8Array(32).fill(7);

let now: number;
let session: BrowserSession;

beforeEach(() => {
  now = Date.parse("2026-01-05T12:00:00Z");
  session = createBrowserSession({ key: KEY, now: () => now });
});

/** The cookie that a browser would send after the exchange. */
function cookieOf(opened: BrowserSession): string {
  return opened.exchange(opened.token())?.split(";")[0] ?? "";
}

const OWN_PAGE = { origin: "http://127.0.0.1:8787", "sec-fetch-site": "same-origin" };

describe("the exchange", () => {
  it("takes a token once", () => {
    const token = session.token();

    expect(session.exchange(token)).toMatch(/^akool-console-[0-9a-f]{12}=/);
    expect(session.exchange(token)).toBeUndefined();
  });

  it.each(["", "x", "x".repeat(43)])("takes no token that was not given: %j", (token) => {
    session.token();

    expect(session.exchange(token)).toBeUndefined();
  });

  it("gives a cookie that no script reads and no other site sends", () => {
    const cookie = session.exchange(session.token());

    expect(cookie).toContain("; HttpOnly");
    expect(cookie).toContain("; SameSite=Strict");
    expect(cookie).toContain("; Path=/;");
    expect(cookie).toContain(`Max-Age=${SESSION_SECONDS}`);
  });

  it("forgets the oldest of very many tokens that nobody uses", () => {
    const tokens = Array.from({ length: 101 }, () => session.token());

    expect(session.exchange(tokens[0] ?? "")).toBeUndefined();
    expect(session.exchange(tokens[1] ?? "")).toBeDefined();
    expect(session.exchange(tokens[100] ?? "")).toBeDefined();
  });
});

describe("a request", () => {
  it("from no browser needs no cookie", () => {
    expect(session.admits({})).toBe(true);
    expect(session.admits({ cookie: "akool-console-x=1" })).toBe(true);
  });

  it("from no browser needs one where programs are not let in", () => {
    const cookie = cookieOf(session);

    expect(session.admits({}, false)).toBe(false);
    expect(session.admits({ cookie }, false)).toBe(true);
  });

  it("is told apart by the name that the cookie is given", () => {
    const named = createBrowserSession({ key: KEY, cookieName: "mine", now: () => now });

    expect(cookieOf(named)).toMatch(/^mine=/);
    expect(named.admits({ ...OWN_PAGE, cookie: cookieOf(named) })).toBe(true);
  });

  it("of the console's own page is let in with its cookie, and not without", () => {
    const cookie = cookieOf(session);

    expect(session.admits({ ...OWN_PAGE, cookie })).toBe(true);
    expect(session.admits({ ...OWN_PAGE, cookie: `a=b; ${cookie}; c=d` })).toBe(true);
    expect(session.admits(OWN_PAGE)).toBe(false);
    expect(session.admits({ origin: OWN_PAGE.origin })).toBe(false);
    expect(session.admits({ "sec-fetch-site": "none" })).toBe(false);
    expect(session.admits({ "sec-fetch-site": "none", cookie })).toBe(true);
  });

  it.each(["same-site", "cross-site", "anything"])("of a %s page is not let in", (site) => {
    const cookie = cookieOf(session);

    expect(session.admits({ "sec-fetch-site": site, cookie })).toBe(false);
  });

  it("is not let in with a cookie that was made up, cut or changed", () => {
    const cookie = cookieOf(session);
    const [name = "", value = ""] = cookie.split("=");
    const [expires = "", signature = ""] = value.split(".");
    const forged = [
      `${name}=`,
      `${name}=${expires}`,
      `${name}=${expires}.`,
      `${name}=${Number(expires) + 1}.${signature}`,
      `${name}=-1.${signature}`,
      `${name}x=${value}`,
      `${name}=${value}x`,
    ];

    for (const one of forged) expect(session.admits({ ...OWN_PAGE, cookie: one })).toBe(false);
  });

  it("is not let in with the cookie of a server with another key", () => {
    const other = createBrowserSession({ key: new Uint8Array(32), now: () => now });
    const value = cookieOf(other).split("=")[1];
    const name = cookieOf(session).split("=")[0];

    expect(session.admits({ ...OWN_PAGE, cookie: `${name}=${value}` })).toBe(false);
  });

  it("is let in for twelve hours", () => {
    const cookie = cookieOf(session);
    now += SESSION_SECONDS * 1000;
    expect(session.admits({ ...OWN_PAGE, cookie })).toBe(true);
    now += 1;
    expect(session.admits({ ...OWN_PAGE, cookie })).toBe(false);
  });

  it("finds its cookie valid after a restart with the same key", () => {
    const cookie = cookieOf(session);
    const restarted = createBrowserSession({ key: KEY, now: () => now });

    expect(restarted.admits({ ...OWN_PAGE, cookie })).toBe(true);
  });
});

import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, NO_CHROMIUM } from "./chromium.ts";
import { startHostedSite } from "./hosted-site.ts";
import { type LoginProvider, startLoginProvider } from "./login-provider.ts";
import { type OpenedConsole, openConsole } from "./opened-console.ts";
import { seededJob } from "./seeded-jobs.ts";

const ID = "seeded-timed-out";
/** Seconds: such a token is renewed with every request. */
const ABOUT_TO_END = 29;

describe.skipIf(CHROMIUM === undefined)("the hosted console", () => {
  let opened: OpenedConsole;
  let provider: LoginProvider;
  let site: Awaited<ReturnType<typeof startHostedSite>>;
  let context: BrowserContext;
  let complaints: string[];

  beforeAll(async () => {
    const now = Date.now();
    opened = await openConsole([
      seededJob({ id: ID, status: "timed_out", acceptedAt: now - 300_000 }),
    ]);
    provider = await startLoginProvider();
    site = await startHostedSite(provider, opened.served.ready.api);
  });
  afterAll(async () => {
    await opened.close();
    await site.close();
    provider.close();
  });
  afterEach(async () => {
    await context.close();
    provider.behavior.tamper = () => {};
    provider.behavior.claims = { scope: "archiver/read archiver/operate" };
    provider.behavior.tokenSeconds = 900;
  });

  /** A tab of a browser that has never been there. */
  async function openTab(address = "#/jobs"): Promise<Page> {
    site.calls.length = 0;
    provider.seen.grants.length = 0;
    complaints = [];
    context = await opened.browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      const isRefusal = /^Failed to load resource/.test(message.text());
      if (message.type() === "error" && !isRefusal) complaints.push(message.text());
    });
    await page.goto(`${site.origin}/${address}`);
    await gateOf(page).waitFor();
    return page;
  }

  const gateOf = (page: Page) => page.getByRole("heading", { name: "Sign in to see the videos" });
  const consoleOf = (page: Page) => page.getByRole("navigation", { name: "Console" });
  const kept = (page: Page) => page.evaluate("Object.keys(sessionStorage)");

  /** Goes to the provider, and decides there. */
  async function decide(page: Page, decision: "grant" | "refuse"): Promise<void> {
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: decision }).click();
  }

  async function signIn(address?: string): Promise<Page> {
    const page = await openTab(address);
    await decide(page, "grant");
    await consoleOf(page).waitFor();
    return page;
  }

  it("asks its API for nothing before somebody has signed in", async () => {
    await openTab();

    expect(site.calls).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("signs in by a code that only this tab can redeem, and comes back to where it began", async () => {
    const page = await signIn("#/spend?days=30");
    await page.getByRole("heading", { name: "Spend" }).waitFor();

    expect(Object.fromEntries(provider.seen.authorizations.at(-1) ?? [])).toEqual({
      response_type: "code",
      client_id: "console",
      redirect_uri: `${site.origin}/`,
      scope: "archiver/read archiver/operate offline_access",
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
    expect(page.url()).toBe(`${site.origin}/#/spend?days=30`);
    expect(provider.seen.grants).toEqual(["authorization_code"]);
    expect(new Set(site.calls.map(({ status }) => status))).toEqual(new Set([200]));
    expect(complaints).toEqual([]);
  });

  it("stays signed in over a reload, in this tab alone", async () => {
    const page = await signIn();
    await page.reload();
    await consoleOf(page).waitFor();
    const other = await context.newPage();
    await other.goto(site.origin);

    await gateOf(other).waitFor();
    expect(provider.seen.grants).toEqual(["authorization_code"]);
  });

  it("renews a token that is about to end, without the person", async () => {
    provider.behavior.tokenSeconds = ABOUT_TO_END;
    const page = await signIn();
    await page.locator("tr.row").waitFor();

    expect(provider.seen.grants).toContain("refresh_token");
    expect(site.calls.map(({ status }) => status)).not.toContain(401);
  });

  it("asks for a sign-in again once the provider renews no more", async () => {
    provider.behavior.tokenSeconds = ABOUT_TO_END;
    const page = await signIn();
    await page.locator("tr.row").waitFor();
    provider.revoke();
    await page.getByRole("link", { name: "Spend" }).click();

    await gateOf(page).waitFor();
    expect(await kept(page)).toEqual([]);
  });

  it("offers a reader nothing that changes something; an operator has it", async () => {
    const operator = await signIn(`#/jobs/${ID}`);
    await operator.getByRole("button", { name: "Retry" }).waitFor();
    await context.close();
    provider.behavior.claims = { scope: "archiver/read" };
    const reader = await signIn(`#/jobs/${ID}`);
    await reader.getByRole("heading", { name: ID }).waitFor();

    expect(await reader.getByRole("button", { name: "Retry" }).count()).toBe(0);
  });

  it("signs out here and at the provider", async () => {
    const page = await signIn();
    const before = provider.seen.signOuts;
    await page.getByRole("button", { name: "Sign out" }).click();
    await gateOf(page).waitFor();
    site.calls.length = 0;
    await page.reload();
    await gateOf(page).waitFor();

    expect(provider.seen.signOuts).toBe(before + 1);
    expect(await kept(page)).toEqual([]);
    expect(site.calls).toEqual([]);
  });

  it("shows the provider's refusal, as text, and lets the person try again", async () => {
    const page = await openTab();
    await decide(page, "refuse");
    const alert = page.getByRole("alert").filter({ hasText: "The sign-in was refused" });

    expect(await alert.textContent()).toBe("The sign-in was refused: <b>not invited</b>");
    expect(page.url()).toBe(`${site.origin}/#/jobs`);
    await decide(page, "grant");
    await consoleOf(page).waitFor();
  });

  it.each([
    ["the state of another sign-in", (back: URL) => back.searchParams.set("state", "another")],
    ["a code that was given to nobody here", (back: URL) => back.searchParams.set("code", "other")],
  ])("refuses %s", async (_, tamper) => {
    provider.behavior.tamper = tamper;
    const page = await openTab();
    await decide(page, "grant");

    await page.getByRole("alert").filter({ hasText: "The sign-in was refused" }).waitFor();
    expect(await kept(page)).toEqual([]);
    expect(site.calls).toEqual([]);
  });

  it("refuses an answer to a sign-in that this tab has not begun", async () => {
    const page = await openTab();
    await page.goto(`${site.origin}/?code=stolen&state=invented`);

    await page.getByRole("alert").filter({ hasText: "this tab has begun no sign-in" }).waitFor();
    expect(page.url()).toBe(`${site.origin}/`);
    expect(provider.seen.grants).toEqual([]);
  });
});

it.skipIf(CHROMIUM !== undefined)("cannot be shown here", (context) => context.skip(NO_CHROMIUM));

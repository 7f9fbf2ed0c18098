import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, NO_CHROMIUM } from "./chromium.ts";
import { type OpenedConsole, openConsole } from "./opened-console.ts";
import { freshLink } from "./tab.ts";

describe.skipIf(CHROMIUM === undefined)("who gets in", () => {
  let opened: OpenedConsole;

  beforeAll(async () => {
    opened = await openConsole();
  });
  afterAll(() => opened.close());

  it("a browser with the printed address, once; the token leaves the address", async () => {
    const { api, console: address } = opened.served.ready;
    const first = await (await opened.browser.newContext()).newPage();
    await first.goto(address);
    await first.getByRole("navigation", { name: "Console" }).waitFor();
    expect(first.url()).toBe(`${api}/#/`);

    const second = await (await opened.browser.newContext()).newPage();
    await second.goto(address);
    await second.getByText("This browser is not signed in").waitFor();
    await second.goto(await freshLink(api));
    await second.reload();
    await second.getByRole("navigation", { name: "Console" }).waitFor();
  });

  it("no other browser of this machine", async () => {
    const { api } = opened.served.ready;
    const page = await (await opened.browser.newContext()).newPage();
    await page.goto(api);
    await page.getByText("This browser is not signed in").waitFor();

    for (const path of ["/jobs", "/openapi.json", "/_local/events", "/console.json"]) {
      const response = await page.goto(api + path);
      expect(response?.status(), path).toBe(401);
    }
  });

  it("no page of another origin, though it is open in the same browser", async () => {
    const { api } = opened.served.ready;
    const { page } = await opened.tab();
    const other = await page.context().newPage();
    await other.goto(opened.akool.origin);
    const outcome = await other.evaluate(`
      (async () => {
        const read = await fetch("${api}/jobs", { credentials: "include" }).then(() => "read", () => "refused");
        const written = await fetch("${api}/jobs", { method: "POST", body: "{}", credentials: "include" })
          .then(() => "read", () => "refused");
        const opaque = await fetch("${api}/jobs", { mode: "no-cors", credentials: "include" })
          .then(() => "read", () => "refused");
        return [read, written, opaque];
      })()
    `);
    expect(outcome).toEqual(["refused", "refused", "refused"]);
    const { body } = await opened.served.call("listJobs");
    expect(body.jobs).toEqual([]);
  });

  it("no other host name, whatever it resolves to", async () => {
    const { port } = new URL(opened.served.ready.api);
    const status = await new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port, path: "/", headers: { host: `evil.example:${port}` } })
        .on("response", (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });

    expect(status).toBe(403);
  });

  it("a program, without a cookie, as before", async () => {
    expect((await opened.served.call("listJobs")).status).toBe(200);
  });
});

it.skipIf(CHROMIUM !== undefined)("cannot be shown here", (context) => context.skip(NO_CHROMIUM));
